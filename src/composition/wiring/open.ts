import type { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import type { UpstreamObserver } from '../../adapters/driven/upstreams/upstream-client.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Mailer } from '../../ports/mailer.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Config } from '../config/config.ts';
import type { Upstreams } from './upstreams.ts';

/** One store behind all of its ports. */
export type OpenStores = Pick<
  Ports,
  | 'unitOfWork'
  | 'auditQueries'
  | 'dailyCounts'
  | 'users'
  | 'userQueries'
  | 'secondFactors'
  | 'sessionQueries'
  | 'apiTokenQueries'
  | 'knownNetworks'
  | 'pairHistory'
  | 'licenseQueries'
  | 'signingKeyQueries'
  | 'storeHealth'
  | 'storeWipe'
> &
  Readonly<{
    /**
     * @param onWaiting called once, when another process has the store locked
     * @returns the names of the migrations that were applied
     * @throws where a newer version of Guildhall has migrated the store
     */
    migrate(onWaiting?: () => void): Promise<readonly string[]>;
    close(): Promise<void>;
  }>;

/** Opens the store of the settings, and loads the adapters of databases only where it is one. */
export const openStores = async (
  store: Config['store'],
  onQuery?: (kind: string, durationMs: number) => void,
  onCheckpointFailed?: (error: unknown) => void,
): Promise<OpenStores> => {
  if (store.kind === 'memory') {
    const { MemoryStores } = await import('../../adapters/driven/memory/memory-stores.ts');
    return memoryStores(new MemoryStores());
  }
  const { postgresStores, sqliteStores } = await import('./kysely-stores.ts');
  return store.kind === 'postgres'
    ? postgresStores(store, onQuery)
    : sqliteStores(store.path, onQuery, onCheckpointFailed);
};

export const memoryStores = (stores: MemoryStores): OpenStores => ({
  unitOfWork: stores,
  auditQueries: stores.audit,
  dailyCounts: stores.dailyCounts,
  users: stores.users,
  userQueries: stores.users,
  apiTokenQueries: stores.apiTokens,
  secondFactors: stores.secondFactors,
  sessionQueries: stores.sessions,
  knownNetworks: stores.knownNetworks,
  pairHistory: stores.pairHistory,
  licenseQueries: stores.licenses,
  signingKeyQueries: stores.signingKeys,
  storeHealth: stores,
  storeWipe: stores,
  migrate: async () => [],
  close: async () => {},
});

export type OpenMailer = Mailer & { close(): void };

/** Loads nodemailer only where there is an SMTP server. */
export const openMailer = async ({ smtp }: Pick<Config, 'smtp'>): Promise<OpenMailer> => {
  if (smtp !== undefined) {
    const { SmtpMailer } = await import('../../adapters/driven/mail/smtp-mailer.ts');
    return new SmtpMailer(smtp);
  }
  const { ConsoleMailer } = await import('../../adapters/driven/mail/console-mailer.ts');
  const console = new ConsoleMailer();
  return { send: (mail, id) => console.send(mail, id), close: () => {} };
};

export type OpenUpstreams = Upstreams & {
  /** Loads the clients where something is configured that needs them. */
  warmUp(): Promise<void>;
};

/** Loads the clients at first use or by `warmUp`: loading them takes a tenth of a second. */
export const openUpstreams = (
  config: Config['upstreams'],
  clock: Clock,
  observer?: UpstreamObserver,
  onBreachesUnknown?: (error: unknown) => void,
): OpenUpstreams => {
  let opened: Promise<Upstreams> | undefined;
  const open = (): Promise<Upstreams> => {
    opened ??= import('./upstreams.ts').then(({ connectUpstreams }) =>
      connectUpstreams(config, clock, observer, onBreachesUnknown),
    );
    // A failed load is tried again at the next use.
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };
  return {
    breachedPasswords: {
      // Without the clients, where breaches are not looked up.
      has: async (password) =>
        config.breachedPasswords.url !== undefined && (await open()).breachedPasswords.has(password),
    },
    followGraph: {
      followEachOther: async (a, b, isWorthPaying) => (await open()).followGraph.followEachOther(a, b, isWorthPaying),
    },
    organisationDirectory: {
      organisationsOf: async (developer) => (await open()).organisationDirectory.organisationsOf(developer),
    },
    async warmUp() {
      // perf: they take 5 MB, 4 % of the idle memory. Without credentials of Twitter a check decides nothing.
      if (config.twitterApp !== undefined || config.breachedPasswords.url !== undefined) await open();
    },
    async close() {
      await (await opened)?.close();
    },
  };
};
