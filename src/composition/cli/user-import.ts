import { CommandFailed } from '../../adapters/driving/cli/command-failed.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { UserImport } from '../../adapters/driving/cli/user-import.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/setting-reader.ts';
import type { OpenStores } from '../wiring/stores.ts';

/** How a command reads its settings and opens its store. */
type Openers = Readonly<{
  configFrom(env: Environment): Promise<Config>;
  withStore<T>(env: Environment, work: (stores: OpenStores) => Promise<T>): Promise<T>;
}>;

/**
 * Both forms of the import, each loading what it needs. The server's other settings matter only to the one that opens its
 * store.
 */
export const userImport = (environment: () => Environment, { configFrom, withStore }: Openers): UserImport => ({
  asksForYes: async () => (await configFrom(environment())).mode === 'production',

  async intoStore(work) {
    const env = environment();
    const { store, hashing, randomUserUrl: baseUrl } = await configFrom(env);
    if (store.kind === 'memory') {
      const sentence = 'DATABASE_URL is memory:, which is gone at exit; use a file, or --url for a server.';
      throw new CommandFailed([sentence], EXIT.usage);
    }
    const { passwordHasher } = await import('../wiring/password-hasher.ts');
    const { RandomUserMe } = await import('../../adapters/driven/upstreams/random-user/random-user-me.ts');
    const { CryptoRandom } = await import('../../adapters/driven/system/crypto-random.ts');
    const { SystemClock } = await import('../../adapters/driven/system/system-clock.ts');
    const { Uuidv7Ids } = await import('../../adapters/driven/system/uuidv7-ids.ts');
    const { ImportRandomUsers } = await import('../../application/user/import-random-users.ts');
    return withStore(env, ({ users, unitOfWork }) =>
      work(
        new ImportRandomUsers({
          randomUserSource: new RandomUserMe({ baseUrl }),
          randomSource: new CryptoRandom(),
          users,
          unitOfWork,
          passwordHasher: passwordHasher(hashing),
          hashesAtOnce: hashing.concurrency,
          idGenerator: new Uuidv7Ids(),
          clock: new SystemClock(),
          // The log is the server's; who sits at the command line is told everything there.
          securityLog: { record() {} },
        }),
      ),
    );
  },

  async toServer({ url, key }, work) {
    const { RemoteGuildhall } = await import('../../adapters/driven/upstreams/guildhall/remote-guildhall.ts');
    const { RandomUserMe } = await import('../../adapters/driven/upstreams/random-user/random-user-me.ts');
    const { ImportRandomUsersRemotely } = await import('../../application/user/import-random-users-remotely.ts');
    const { randomUserUrl } = await import('../config/random-user-settings.ts');
    const { SettingReader } = await import('../config/setting-reader.ts');
    const read = new SettingReader(environment());
    const baseUrl = randomUserUrl(read, 'development');
    if (read.faults.length > 0) throw new CommandFailed(read.faults, EXIT.usage);
    const remoteUsers = new RemoteGuildhall({ url, key });
    return work(new ImportRandomUsersRemotely({ randomUserSource: new RandomUserMe({ baseUrl }), remoteUsers }));
  },
});
