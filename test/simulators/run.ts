import { parseArgs } from 'node:util';
import { startPwnedPasswordsSimulator } from './pwned-passwords-simulator.ts';
import { startRandomUserSimulator } from './random-user-simulator.ts';
import { startSampleGithub, startSampleTwitter } from './sample-networks.ts';

/** Exit codes of the command line. */
const [UNAVAILABLE, USAGE] = [5, 2];
const HIGHEST_PORT = 65_535;

const startBreaches = async (options: { port: number }) => {
  const { baseUrl: url } = await startPwnedPasswordsSimulator(['correct horse battery staple'], options);
  return { url, more: ['# It knows the password "correct horse battery staple".'] };
};

/** Simulators that `npm run simulators` starts, each with the setting that points Guildhall to it. */
const SIMULATORS: readonly Readonly<{
  service: string;
  setting: string;
  /** @returns its URL, and further lines for `.env` */
  start(options: { port: number }): Promise<{ url: string; more?: readonly string[] }>;
}>[] = [
  { service: 'randomuser.me', setting: 'RANDOM_USER_API_URL', start: startRandomUserSimulator },
  { service: 'GitHub', setting: 'GITHUB_API_URL', start: startSampleGithub },
  { service: 'Twitter', setting: 'TWITTER_API_URL', start: startSampleTwitter },
  { service: 'Pwned Passwords', setting: 'BREACHED_PASSWORDS', start: startBreaches },
];

const fail = (message: string, code: number): never => {
  console.error(message);
  process.exit(code);
};

const firstPort = (): number => {
  let text = '';
  try {
    text = parseArgs({ options: { port: { type: 'string', default: '8091' } } }).values.port;
  } catch (error) {
    fail(`${(error as Error).message}\nUsage: npm run simulators -- [--port N]`, USAGE);
  }
  const last = HIGHEST_PORT - SIMULATORS.length + 1;
  if (!/^\d{1,5}$/.test(text) || Number(text) > last) {
    fail(`--port must be a whole number from 0 to ${last} (0: any free ports).`, USAGE);
  }
  return Number(text);
};

const first = firstPort();
for (const [index, { service, setting, start }] of SIMULATORS.entries()) {
  const port = first === 0 ? 0 : first + index;
  try {
    const { url, more = [] } = await start({ port });
    console.log([`# ${service}`, `${setting}=${url}`, ...more].join('\n'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    fail(
      `Port ${port} for ${service} is in use. Choose other ports, for example: npm run simulators -- --port ${port + 100}`,
      UNAVAILABLE,
    );
  }
}
console.log('# Add these lines to .env, or put them in front of a command. Ctrl-C stops the simulators.');
