import { statSync } from 'node:fs';
import type { CliDeps } from '../../adapters/driving/cli/cli-deps.ts';
import { CommandFailed } from '../../adapters/driving/cli/command-failed.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { Config, Environment } from '../config/config.ts';
import { VERSION } from '../config/version.ts';
import type { OpenStores } from '../wiring/stores.ts';
import type { UseCases } from '../wiring/use-cases.ts';
import { processTerminal } from './process-terminal.ts';

/** What the commands can reach, with the settings of this process. Loads only what the command asks for. */
export const cliDeps = (environment: () => Environment): CliDeps => ({
  version: VERSION,
  write: printOn(process.stdout),
  writeError: printOn(process.stderr),
  terminal: processTerminal(),
  passwords: withoutStore,

  userImport: {
    asksForYes: async () => (await configFrom(environment())).mode === 'production',
    async intoStore(work) {
      if ((await configFrom(environment())).store.kind === 'memory') {
        const sentence = 'DATABASE_URL is memory:, which is gone at exit; use a file, or --url for a server.';
        throw new CommandFailed([sentence], EXIT.usage);
      }
      return withStore(environment(), ({ importRandomUsers }) => work(importRandomUsers));
    },
    async toServer(server, work) {
      const { RANDOM_USER_API_URL } = environment();
      const { importRandomUsersRemotely } = await withoutStore({ RANDOM_USER_API_URL }, server);
      return work(importRandomUsersRemotely);
    },
  },

  async serve({ wipeFirst }) {
    const { runServer } = await import('../runtime/run.ts');
    return runServer({ env: environment, wipeFirst });
  },

  migrate: async () => withStore(environment(), async (_, steps) => steps),

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

  withUseCases: async (work) => withStore(environment(), work, MUST_BE_THERE),
  withDeveloperPairs: async (work) => withStore(environment(), work),
  withLicenses: async (work) => withStore(environment(), work, MUST_BE_THERE),

  async verifyLicenseFile({ file, keys, fingerprint, product }) {
    const { licenseFileIn } = await import('./license-file-in.ts');
    const { readJwks } = await import('../../adapters/driven/license-files/jwks-source.ts');
    const { verifyLicenseFile } = await withoutStore();
    return verifyLicenseFile.execute({
      file: await licenseFileIn(file),
      keys: await readJwks(keys),
      fingerprint,
      product,
    });
  },
});

/** For who looks for what is there: a mistyped path must not become a new store that has nothing. */
const MUST_BE_THERE = { mustBeThere: true } as const;

/** The use cases that ask no store, over settings of their own. */
const withoutStore = async (settings: Environment = {}, server?: RemoteServer): Promise<UseCases> => {
  const config = await configFrom({ ...settings, DATABASE_URL: 'memory:' });
  const { compose } = await import('../wiring/container.ts');
  const { memoryStores } = await import('../wiring/memory-stores.ts');
  const { RemoteGuildhall } = await import('../../adapters/driven/upstreams/guildhall/remote-guildhall.ts');
  const remote = server === undefined ? {} : { remoteUsers: new RemoteGuildhall(server) };
  return compose(config, { stores: memoryStores(), ...remote }).useCases;
};

type RemoteServer = Parameters<CliDeps['userImport']['toServer']>[0];

/** Opens the store, migrates it, and closes it when the work is done. */
const withStore = async <T>(
  env: Environment,
  work: (useCases: UseCases, steps: readonly string[]) => Promise<T>,
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
    const { startupError } = await import('../runtime/startup-errors.ts');
    throw new CommandFailed([startupError(error, config)], EXIT.failed, { cause: error });
  }
  const { compose } = await import('../wiring/container.ts');
  const { openUpstreams } = await import('../wiring/open-upstreams.ts');
  const { SystemClock } = await import('../../adapters/driven/system/system-clock.ts');
  const upstreams = openUpstreams(config.upstreams, new SystemClock());
  try {
    return await work(compose(config, { stores, upstreams }).useCases, steps);
  } finally {
    await Promise.all([stores.close(), upstreams.close()]);
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
