import { startRandomUserSimulator } from './random-user-simulator.ts';
import { startSampleGithub, startSampleTwitter } from './sample-networks.ts';

/** What `npm run simulators` starts, each with the setting that points Guildhall at it. */
const SIMULATORS: readonly Readonly<{
  of: string;
  setting: string;
  port: number;
  /** @returns where it listens, and what else belongs into `.env` */
  start(options: { port: number }): Promise<{ url: string; more?: readonly string[] }>;
}>[] = [
  { of: 'randomuser.me', setting: 'RANDOM_USER_API_URL', port: 8091, start: startRandomUserSimulator },
  { of: 'GitHub', setting: 'GITHUB_API_URL', port: 8092, start: startSampleGithub },
  { of: 'Twitter', setting: 'TWITTER_API_URL', port: 8093, start: startSampleTwitter },
];

for (const { of, setting, port, start } of SIMULATORS) {
  const { url, more = [] } = await start({ port });
  console.log([`# ${of}`, `${setting}=${url}`, ...more].join('\n'));
}
console.log('# Put these lines into .env, or in front of a command. Ctrl-C stops the simulators.');
