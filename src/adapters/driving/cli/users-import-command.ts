import { randomBytes } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ImportStep } from '../../../application/user/import-random-users.ts';
import type { RemoteImportStep } from '../../../application/user/import-random-users-remotely.ts';
import { Caller } from '../../../domain/access/caller.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import type { CliDeps } from './cli-deps.ts';
import { type Credentials, printedCredentials, writtenCredentials } from './credentials.ts';
import { type Arrival, follow } from './follow-import.ts';
import { wholeNumber } from './whole-number.ts';

const MOST_AT_ONCE = 5_000;

type Options = {
  count: number;
  nat: string[];
  seed?: string;
  credentials?: string;
  yes?: true;
  url?: URL;
  key?: string;
};

export const usersImportCommand = (deps: CliDeps, exitWith: (code: number) => void): Command =>
  new Command('import')
    .description(
      'Let random people in, who do not exist: into the store, each with a password, or with --url into a server that runs',
    )
    .addOption(new Option('--count <n>', `so many, 1 to ${MOST_AT_ONCE}`).argParser(wholeNumber).default(10))
    .addOption(new Option('--nat <codes>', 'only of these nationalities, as in us,gb').argParser(codes).default([]))
    .option('--seed <text>', 'the same seed gives the same people; needed to go on after a break')
    .option('--credentials <file>', 'write the new passwords into this new file instead of printing them')
    .option('--yes', 'in production: yes, into this store')
    .addOption(new Option('--url <url>', 'to the server at this address').argParser(address).conflicts('credentials'))
    .option('--key <key>', 'with --url: the administrator’s key of that server')
    .action(async (options: Options, command: Command) => {
      const { url, key } = options;
      const order = { ...options, seed: options.seed ?? randomBytes(8).toString('hex') };
      if (key !== undefined && url === undefined) command.error('error: --key goes with --url.');
      const server = { url: url as URL, key: key === undefined ? undefined : new Secret(key) };
      exitWith(await (url === undefined ? intoStore(order, deps, command) : toServer(order, server, deps)));
    });

type Order = Options & { seed: string };

const intoStore = async (options: Order, deps: CliDeps, command: Command): Promise<number> => {
  if (options.yes !== true && (await deps.mode()) === 'production') {
    command.error('error: this is production. With --yes, people who do not exist come into its store.');
  }
  return deps.withStore('lasting', ({ importRandomUsers }) => {
    const credentials = credentialsFor(options, deps, command);
    const steps = importRandomUsers.execute({
      ...wishIn(options),
      caller: Caller.administrator(),
      withPasswords: true,
      client: { ip: 'command line', userAgent: 'guildhall', requestId: 'command line' },
    });
    return follow({ arrivals: arrivals(steps, storedArrival), credentials, ...about(options), deps });
  });
};

const toServer = async (
  options: Order,
  server: { url: URL; key: Secret | undefined },
  deps: CliDeps,
): Promise<number> => {
  const { importRandomUsersRemotely } = await deps.withoutStore(server);
  const steps = importRandomUsersRemotely.execute(wishIn(options));
  return follow({ arrivals: arrivals(steps, sentArrival), ...about(options), deps });
};

const wishIn = ({ count, nat, seed }: Order) => ({ count, atMost: MOST_AT_ONCE, nationalities: nat, seed });

const about = ({ count, nat, seed, url, yes }: Order) => ({
  count,
  goOn: [
    `guildhall users import --count ${count} --seed ${seed}`,
    ...(nat.length === 0 ? [] : [`--nat ${nat.join(',')}`]),
    ...(url === undefined ? [] : [`--url ${url.href}`]),
    ...(yes ? ['--yes'] : []),
  ].join(' '),
});

const credentialsFor = ({ credentials: path }: Order, { write }: CliDeps, command: Command): Credentials => {
  if (path === undefined) return printedCredentials(write);
  try {
    return writtenCredentials(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return command.error(`error: ${code === 'EEXIST' ? `${path} is there already; name a new file.` : message}`);
  }
};

async function* arrivals<Step>(
  steps: AsyncIterable<Step>,
  arrivalOf: (step: Step) => Arrival,
): AsyncGenerator<Arrival> {
  for await (const step of steps) yield arrivalOf(step);
}

const REASONS = {
  'email-taken': 'somebody has this address',
  unusable: 'the name or the address cannot be used',
} as const;

const storedArrival = (step: ImportStep): Arrival => {
  if (step.kind === 'stored') {
    const { name, email } = step.user;
    return { isIn: true, name: name ?? '', email, password: step.password };
  }
  const who = step.why === 'email-taken' ? step.email : 'one';
  return { isIn: false, who, why: REASONS[step.why] };
};

const sentArrival = ({ name, email, result }: RemoteImportStep): Arrival =>
  result === 'created'
    ? { isIn: true, name, email, password: undefined }
    : { isIn: false, who: result === 'email-taken' ? email : 'one', why: REASONS[result] };

const codes = (raw: string): string[] => raw.split(',').flatMap((code) => code.trim() || []);

const address = (raw: string): URL => {
  const url = URL.parse(raw);
  const isPlain = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('It must be an address such as http://127.0.0.1:8000.');
  }
  return url;
};
