import { statSync } from 'node:fs';
import type { CliDeps, StoreRequirement } from '../../adapters/driving/cli/cli-deps.ts';
import { CommandFailed, EXIT, EXIT_CODES } from '../../adapters/driving/cli/exit-codes.ts';
import { processTerminal } from '../../adapters/driving/cli/process-terminal.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Config, Environment } from '../config/config.ts';
import { VERSION } from '../config/version.ts';
import { shutdownSignal } from '../runtime/graceful-shutdown.ts';
import type { Dependencies } from '../wiring/container.ts';
import type { OpenStores } from '../wiring/open.ts';
import type { UseCases } from '../wiring/use-cases.ts';

/** Dependencies of the commands, with the settings of this process. Each command loads its own. */
export const cliDeps = (environment: ReadEnvironment = processEnvironment): CliDeps => ({
  version: VERSION,
  write: printOn(process.stdout),
  writeError: printOn(process.stderr),
  terminal: processTerminal({ shutdownSignal }),
  mode: async () => (await configFrom(environment)).mode,
  withStore: (requirement, work) => withStore(environment, requirement, work),

  async withoutStore(server) {
    if (server === undefined) return withoutStore();
    const { RemoteGuildhall } = await import('../../adapters/driven/upstreams/guildhall/remote-guildhall.ts');
    const { url, key, keyFile } = server;
    // No other settings matter to another server.
    let settings: Environment = {};
    const { adminKey } = await configFrom(async () => {
      const { RANDOM_USER_API_URL, ADMIN_API_KEY, ADMIN_API_KEY_FILE } = await environment();
      const keys = (key ?? keyFile) === undefined ? { ADMIN_API_KEY, ADMIN_API_KEY_FILE } : {};
      settings = { RANDOM_USER_API_URL, ...keys };
      return { ...settings, DATABASE_URL: 'memory:' };
    });
    const { RANDOM_USER_API_URL } = settings;
    const typedKey = keyFile === undefined ? key : await keyIn(keyFile);
    const remoteUsers = new RemoteGuildhall({ url, key: typedKey ?? adminKey });
    return withoutStore({ remoteUsers }, { RANDOM_USER_API_URL });
  },

  async verifyLicenseFile({ file, keys, fingerprint, product }) {
    const { readLicenseFile } = await import('../../adapters/driven/license-files/license-file-source.ts');
    const { readJwks } = await import('../../adapters/driven/upstreams/guildhall/jwks-source.ts');
    const { verifyLicenseFile } = await withoutStore();
    return verifyLicenseFile.execute({
      file: await readLicenseFile(file),
      keys: await readJwks(keys),
      fingerprint,
      product,
    });
  },

  async serve({ wipeFirst }) {
    const { runServer } = await import('../runtime/run.ts');
    return runServer({ env: environment, wipeFirst });
  },

  migrate: () => withStore(environment, 'any', async (_, applied) => applied),

  async copy(stores) {
    const { withStoreCopy } = await import('./copy-store.ts');
    return withStoreCopy(stores, async (storeCopy) => {
      const { copyStore } = await withoutStore({ storeCopy });
      return copyStore.execute();
    });
  },

  async backUp(file) {
    const { backUpStore } = await withBackup(environment, 'backed up');
    return backUpStore.execute(file);
  },

  async restore(options) {
    const { backUpStore } = await withBackup(environment, 'restored');
    return backUpStore.restore(options);
  },

  async describeApi() {
    const { startService } = await import('../runtime/service.ts');
    const service = await startService(await configFrom(() => ({ DATABASE_URL: 'memory:', LOG_LEVEL: 'silent' })));
    try {
      await service.app.ready();
      return (await service.app.documentation()).swagger();
    } finally {
      await service.close();
    }
  },
});

const keyIn = async (file: string): Promise<Secret> => {
  const { readSecretFile } = await import('../config/config.ts');
  return new Secret(readSecretFile(file, '--key-file'));
};

/** @returns the use cases over adapters that need neither a store nor settings, and `adapters` */
const withoutStore = async (adapters: Partial<Dependencies> = {}, env: Environment = {}): Promise<UseCases> => {
  const config = await configFrom(() => ({ ...env, DATABASE_URL: 'memory:' }));
  const { compose } = await import('../wiring/container.ts');
  const { openStores } = await import('../wiring/open.ts');
  return compose(config, { stores: await openStores({ kind: 'memory' }), ...adapters }).useCases;
};

/** @param done the operation as a participle, for an error */
const withBackup = async (environment: ReadEnvironment, done: string): Promise<UseCases> => {
  const { store } = await configFrom(environment);
  if (store.kind === 'memory') {
    throw new CommandFailed([`A store in memory cannot be ${done}: nothing of it is kept.`], EXIT.usage);
  }
  if (store.kind === 'postgres') {
    const message = `A Postgres database is ${done} with its own tools, pg_dump and pg_restore, and not from here.`;
    throw new CommandFailed([message], EXIT.usage);
  }
  const { migrations } = await import('../../../migrations/migrations.ts');
  const { SqliteStoreBackup } = await import('../../adapters/driven/kysely/maintenance/sqlite-store-backup.ts');
  return withoutStore({ storeBackup: new SqliteStoreBackup(store.path, Object.keys(migrations)) });
};

/** @param work gets the use cases and the names of the migrations that were applied */
const withStore = async <T>(
  environment: ReadEnvironment,
  requirement: StoreRequirement,
  work: (useCases: UseCases, applied: readonly string[]) => Promise<T>,
): Promise<T> => {
  const config = await configFrom(environment);
  const fault = faultOf(config.store, requirement);
  if (fault !== undefined) throw new CommandFailed(fault, EXIT.usage);
  const { openStores, openUpstreams } = await import('../wiring/open.ts');
  const { compose } = await import('../wiring/container.ts');
  const { SystemClock } = await import('../../adapters/driven/system/system-clock.ts');
  await using opened = new AsyncDisposableStack();
  let stores: OpenStores;
  let applied: readonly string[];
  try {
    stores = await openStores(config.store);
    opened.defer(() => stores.close());
    applied = await stores.migrate(() =>
      printOn(process.stderr)('Waiting to migrate the store: another process has it locked.\n'),
    );
  } catch (error) {
    const { databaseFailureOf } = await import('../../adapters/driven/kysely/database-startup-errors.ts');
    const exitCode = databaseFailureOf(error) === 'unavailable' ? EXIT.unavailable : EXIT.failed;
    throw await storeFailed(error, config, exitCode);
  }
  const upstreams = openUpstreams(config.upstreams, new SystemClock());
  opened.defer(() => upstreams.close());
  try {
    return await work(compose(config, { stores, upstreams }).useCases, applied);
  } catch (error) {
    if (!(error instanceof PortError && error.code === 'store.unavailable')) throw error;
    throw await storeFailed(error, config, EXIT_CODES[error.code]);
  }
};

const storeFailed = async (error: unknown, { store }: Config, exitCode: number): Promise<CommandFailed> => {
  const { storeError } = await import('../runtime/startup-messages.ts');
  return new CommandFailed([storeError(error, store)], exitCode, { cause: error });
};

const faultOf = (store: Config['store'], requirement: StoreRequirement): readonly string[] | undefined => {
  if (requirement === 'lasting' && store.kind === 'memory') {
    return ['DATABASE_URL is memory:, which is gone at exit; use a file, or --url for a server.'];
  }
  if (requirement === 'existing' && store.kind === 'sqlite' && isMissing(store.path)) {
    return [
      `There is no store at ${store.path}.`,
      'Set DATABASE_URL to where it is; guildhall migrate makes a new one.',
    ];
  }
  return undefined;
};

/** Any other fault of the path is reported where the store is opened. */
const isMissing = (path: string): boolean => {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
};

type ReadEnvironment = () => Environment | Promise<Environment>;

const processEnvironment = async (): Promise<Environment> => {
  const config = await import('../config/config.ts');
  return config.processEnvironment();
};

const configFrom = async (environment: ReadEnvironment): Promise<Config> => {
  const { readConfig } = await import('../config/config.ts');
  return readConfig(await environment());
};

/** A reader that closes the pipe, as in `guildhall users list | head -1`, is no error. Any other ends the command. */
const printOn = (stream: NodeJS.WriteStream): ((text: string) => void) => {
  const onError = ({ code }: NodeJS.ErrnoException): void => {
    if (code === 'EPIPE') return;
    process.stderr.write(`Cannot write the output: ${code}.\n`);
    process.exit(EXIT.failed);
  };
  return (text) => {
    if (!stream.listeners('error').includes(onError)) stream.on('error', onError);
    stream.write(text);
  };
};
