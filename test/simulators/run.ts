import { startRandomUserSimulator } from './random-user-simulator.ts';

/** What `npm run simulators` starts, each with the setting that points Guildhall at it. */
const SIMULATORS: readonly Readonly<{
  of: string;
  setting: string;
  port: number;
  start(options: { port: number }): Promise<{ url: string }>;
}>[] = [{ of: 'randomuser.me', setting: 'RANDOM_USER_API_URL', port: 8091, start: startRandomUserSimulator }];

for (const { of, setting, port, start } of SIMULATORS) {
  const { url } = await start({ port });
  console.log(`# ${of}\n${setting}=${url}`);
}
console.log('# Put these lines into .env, or in front of a command. Ctrl-C stops the simulators.');
