import { randomBytes } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ImportStep } from '../../../application/user/import-random-users.ts';
import type { RemoteImportStep } from '../../../application/user/import-random-users-remotely.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import { caller, client } from './administration.ts';
import type { CliDeps, RemoteServer } from './cli-deps.ts';
import { type Credentials, printedCredentials, writtenCredentials } from './credentials.ts';
import { wholeNumber, withExamples } from './options.ts';
import { type ImportedUser, reportImport } from './report-import.ts';

const MAX_COUNT = 5_000;

type Options = {
  count: number;
  nat: string[];
  seed?: string;
  credentials?: string;
  yes?: true;
  url?: URL;
  key?: string;
  keyFile?: string;
};

export const usersImportCommand = (deps: CliDeps, exitWith: (code: number) => void): Command =>
  withExamples(
    new Command('import')
      .description(
        'Create random users, who do not exist. In the store, each gets a password, which is printed once; with --url they are created in a running server, without passwords.',
      )
      .addOption(new Option('--count <n>', `number of users, 1 to ${MAX_COUNT}`).argParser(wholeNumber).default(10))
      .addOption(new Option('--nat <codes>', 'only of these nationalities, as in us,gb').argParser(codes).default([]))
      .option('--seed <text>', 'the same seed gives the same users; it continues an interrupted import')
      .option('--credentials <file>', 'write the passwords into this new file instead of printing them')
      .option('--yes', 'confirm the import into a store in production')
      .addOption(
        new Option('--url <url>', 'create the users in the server at this address')
          .argParser(address)
          .conflicts('credentials'),
      )
      .addOption(
        new Option(
          '--key-file <file>',
          'with --url: file with the admin key of that server; default: ADMIN_API_KEY',
        ).conflicts('key'),
      )
      .option('--key <key>', 'as --key-file, but other users of this machine can read a command line')
      .action(async (options: Options, command: Command) => {
        const { url, key, keyFile } = options;
        const order = { ...options, seed: options.seed ?? randomBytes(8).toString('hex') };
        if (url === undefined) {
          if ((key ?? keyFile) !== undefined) command.error('error: --key and --key-file require --url.');
          return exitWith(await intoStore(order, deps, command));
        }
        if (key !== undefined) {
          deps.writeError(
            'Warning: other users of this machine can read --key. Use --key-file, or set ADMIN_API_KEY.\n',
          );
        }
        exitWith(await toServer(order, { url, keyFile, key: key === undefined ? undefined : new Secret(key) }, deps));
      }),
    'guildhall users import --count 10 --nat us,gb --seed s1',
    'guildhall users import --count 5 --url http://127.0.0.1:8000 --key-file key',
  );

type Order = Options & { seed: string };

const intoStore = async (options: Order, deps: CliDeps, command: Command): Promise<number> => {
  if (options.yes !== true && (await deps.mode()) === 'production') {
    command.error('error: this is production. Confirm with --yes that random users are created in its store.');
  }
  return reportImport({
    run: (take) =>
      deps.withStore('lasting', ({ importRandomUsers }) => {
        const credentials = credentialsFor(options, deps, command);
        const steps = importRandomUsers.execute({ ...selectionOf(options), caller, withPasswords: true, client });
        return take(mapSteps(steps, stored), credentials);
      }),
    ...about(options),
    deps,
  });
};

const toServer = async (options: Order, server: RemoteServer, deps: CliDeps): Promise<number> =>
  reportImport({
    run: async (take) => {
      const { importRandomUsersRemotely } = await deps.withoutStore(server);
      await take(mapSteps(importRandomUsersRemotely.execute(selectionOf(options)), sent));
    },
    ...about(options),
    deps,
  });

const selectionOf = ({ count, nat, seed }: Order) => ({ count, atMost: MAX_COUNT, nationalities: nat, seed });

const about = ({ count, nat, seed, url, keyFile, credentials, yes }: Order) => ({
  count,
  // Without --key, which would show the key.
  continuation: [
    `guildhall users import --count ${count} --seed ${seed}`,
    ...(nat.length === 0 ? [] : [`--nat ${nat.join(',')}`]),
    ...(url === undefined ? [] : [`--url ${shellWord(url.href)}`]),
    ...(keyFile === undefined ? [] : [`--key-file ${shellWord(keyFile)}`]),
    ...(credentials === undefined ? [] : [`--credentials ${shellWord(nextFile(credentials))}`]),
    ...(yes ? ['--yes'] : []),
  ].join(' '),
});

const shellWord = (text: string): string =>
  /^[\w%+,./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** `FILE.2` after `FILE`: passwords are written into new files only. */
const nextFile = (path: string): string => {
  const [, name = path, number = '1'] = /^(.+)\.(\d{1,4})$/.exec(path) ?? [];
  return `${name}.${Number(number) + 1}`;
};

const credentialsFor = ({ credentials: path }: Order, { write }: CliDeps, command: Command): Credentials => {
  if (path === undefined) return printedCredentials(write);
  try {
    return writtenCredentials(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return command.error(`error: ${code === 'EEXIST' ? `${path} is there already; name a new file.` : message}`);
  }
};

async function* mapSteps<Step>(
  steps: AsyncIterable<Step>,
  map: (step: Step) => ImportedUser,
): AsyncGenerator<ImportedUser> {
  for await (const step of steps) yield map(step);
}

const REASONS = {
  'email-taken': 'a user has this address',
  unusable: 'the name or the address is not valid',
} as const;

const skipped = (why: keyof typeof REASONS, email: string): ImportedUser => ({
  isCreated: false,
  subject: why === 'email-taken' ? email : 'one',
  reason: REASONS[why],
});

const stored = (step: ImportStep): ImportedUser => {
  if (step.kind !== 'stored') return skipped(step.why, step.why === 'email-taken' ? step.email : '');
  const { name, email } = step.user;
  return { isCreated: true, name: name ?? '', email, password: step.password };
};

const sent = ({ name, email, result }: RemoteImportStep): ImportedUser =>
  result === 'created' ? { isCreated: true, name, email, password: undefined } : skipped(result, email);

const codes = (raw: string): string[] => raw.split(',').flatMap((code) => code.trim() || []);

const address = (raw: string): URL => {
  const url = URL.parse(raw);
  const isPlain = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('It must be an address such as http://127.0.0.1:8000.');
  }
  return url;
};
