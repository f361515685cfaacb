import { statSync } from 'node:fs';
import type { CliDeps } from '../../adapters/driving/cli/cli-deps.ts';
import { CommandFailed } from '../../adapters/driving/cli/command-failed.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/setting-reader.ts';
import { VERSION } from '../config/version.ts';
import type { OpenStores } from '../wiring/stores.ts';
import { passwordCommands } from './password-commands.ts';
import { processTerminal } from './process-terminal.ts';
import { userImport } from './user-import.ts';

/** What the commands can reach, with the settings of this process. Loads only what the command asks for. */
export const cliDeps = (environment: () => Environment): CliDeps => ({
  version: VERSION,
  write: printOn(process.stdout),
  writeError: printOn(process.stderr),
  terminal: processTerminal(),
  passwords: passwordCommands,
  userImport: userImport(environment, { configFrom, withStore }),

  async serve({ wipeFirst }) {
    const { runServer } = await import('../runtime/run.ts');
    return runServer({ env: environment, wipeFirst });
  },

  migrate: async () => withStore(environment(), (_, steps) => Promise.resolve(steps)),

  async copy({ from, to }) {
    const { copyStore } = await import('./copy-store.ts');
    return copyStore(environment(), { from, to });
  },

  async backUp(file) {
    const { backUp } = await import('./cli-backup.ts');
    backUp((await configFrom(environment())).store, file);
  },

  async restore(wish) {
    const { restore } = await import('./cli-backup.ts');
    return restore((await configFrom(environment())).store, wish);
  },

  async describeApi() {
    const { startService } = await import('../runtime/service.ts');
    const service = await startService(await configFrom({ DATABASE_URL: 'memory:', LOG_LEVEL: 'silent' }));
    try {
      await service.app.ready();
      return service.app.swagger();
    } finally {
      await service.close();
    }
  },

  async withUseCases(work) {
    const { ListUsers } = await import('../../application/user/list-users.ts');
    const listUsers = ({ userQueries }: OpenStores) => new ListUsers({ userQueries });
    return withStore(environment(), (stores) => work({ listUsers: listUsers(stores) }), MUST_BE_THERE);
  },

  async withDeveloperPairs(work) {
    const { withDeveloperPairs } = await import('./cli-developer-pairs.ts');
    return withStore(environment(), (stores, _, config) => withDeveloperPairs(stores, config, work));
  },

  async withLicenses(work) {
    const { licenseCommands } = await import('./cli-licenses.ts');
    return withStore(environment(), (stores, _, config) => work(licenseCommands(config, stores)), MUST_BE_THERE);
  },

  async verifyLicenseFile(check) {
    const { verifyLicenseFile } = await import('./verify-license-file.ts');
    return verifyLicenseFile(check);
  },
});

/** For who looks for what is there: a mistyped path must not become a new store that has nothing. */
const MUST_BE_THERE = { mustBeThere: true } as const;

/** Opens the store, brings it up to date and closes it again. */
const withStore = async <T>(
  env: Environment,
  work: (stores: OpenStores, steps: readonly string[], config: Config) => Promise<T>,
  { mustBeThere = false } = {},
): Promise<T> => {
  const config = await configFrom(env);
  if (mustBeThere && config.store.kind === 'sqlite' && isNowhere(config.store.path)) {
    const advice = 'Set DATABASE_URL to where it is; guildhall migrate makes a new one.';
    throw new CommandFailed([`There is no store at ${config.store.path}.`, advice], EXIT.usage);
  }
  const { openStores } = await import('../wiring/open-stores.ts');
  let stores: OpenStores | undefined;
  let steps: readonly string[];
  try {
    stores = await openStores(config.store);
    steps = await stores.migrate();
  } catch (error) {
    await stores?.close();
    const { startupError } = await import('../runtime/startup-error.ts');
    throw new CommandFailed([startupError(error, config)], EXIT.failed, { cause: error });
  }
  try {
    return await work(stores, steps, config);
  } finally {
    await stores.close();
  }
};

/** Not there at all; whatever else is wrong with the path is told by who opens it. */
const isNowhere = (path: string): boolean => {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
};

const configFrom = async (env: Environment): Promise<Config> => {
  const { ConfigError, readConfig } = await import('../config/config.ts');
  try {
    return readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandFailed(error.messages, EXIT.usage);
  }
};

/** A reader that has seen enough, as in `guildhall users list | head -1`, is no error. */
const printOn = (stream: NodeJS.WriteStream): ((text: string) => void) => {
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
  };
  return (text) => {
    if (!stream.listeners('error').includes(onError)) stream.on('error', onError);
    stream.write(text);
  };
};
