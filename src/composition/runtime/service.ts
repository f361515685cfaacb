import type { FastifyInstance } from 'fastify';
import { type createLogger, openLog } from '../../adapters/driven/logging/logger.ts';
import { PinoSecurityLog } from '../../adapters/driven/logging/pino-security-log.ts';
import {
  type Cluster,
  type MetricSamples,
  PrometheusMetrics,
} from '../../adapters/driven/prometheus/prometheus-metrics.ts';
import { SystemClock } from '../../adapters/driven/system/system-clock.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { ConnectionTracker } from '../../adapters/driving/http/server/connections.ts';
import type { HttpLimits } from '../../adapters/driving/http/server/limits.ts';
import { buildServer } from '../../adapters/driving/http/server/server.ts';
import type { SealingState } from '../../application/system/check-sealing-key.ts';
import type { CreatedSamples } from '../../application/user/seed-sample-users.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/setting-types.ts';
import { VERSION } from '../config/version.ts';
import { compose, folderBeside } from '../wiring/container.ts';
import { type OpenMailer, type OpenStores, openMailer, openStores, openUpstreams } from '../wiring/open.ts';
import { type Container, Ports } from '../wiring/ports.ts';
import type { UseCases } from '../wiring/use-cases.ts';
import { backgroundWorker } from './background.ts';
import { readSamplePassword, writeSamplePassword } from './sample-admin-password.ts';
import { failStartup, startupError } from './startup-messages.ts';
import { collectGarbageAfterStartup, warmUpHiddenClasses } from './v8.ts';

/** Modules that the first requests do not need are loaded after this time. Unit: ms. */
const WARM_UP_AFTER_MS = 1_000;

/** Accounts that one statement reads at the start. Postgres would end one that reads all of many. */
const ACCOUNTS_PER_STATEMENT = 10_000;

type Logger = ReturnType<typeof createLogger>;

/** A server and its background work, with everything they use. */
export type Service = Readonly<{
  app: FastifyInstance;
  connections: ConnectionTracker;
  container: Container;
  useCases: UseCases;
  logger: Logger;
  /** Number of sample users that were created at the start. */
  sampleUsers: number;
  /** Whether the key opens the secrets in the store. */
  sealing: SealingState;
  /** Of the sample administrator, while unchanged; `undefined` where no banner shows it. */
  samplePassword(): Promise<string | undefined>;
  /** @returns the address it listens on, as `http://host:port` */
  listen(): Promise<string>;
  /** Those of this process alone. */
  metrics(): Promise<MetricSamples>;
  /**
   * Finishes running requests and background work, and closes everything.
   * @param timeIsUp resolves when background work is waited for no longer
   */
  close(timeIsUp?: Promise<void>): Promise<void>;
}>;

export type ServiceOptions = Readonly<{
  /** Development: empty the store first. */
  wipeFirst?: boolean;
  /** Where it is one of several workers. */
  cluster?: Cluster;
  /** For tests: replaces adapters, limits, and standard output as the destination of the log. */
  overrides?: (container: Container) => void;
  mailer?: OpenMailer;
  limits?: Partial<HttpLimits> | undefined;
  logSink?: Parameters<typeof createLogger>[1] | undefined;
}>;

/** Opens, migrates and wires everything. The caller listens and closes. */
export const startService = async (config: Config, options: ServiceOptions = {}): Promise<Service> => {
  const { logger, accessLog } = openLog(config.log, new SystemClock(), options.logSink);
  await warmUpHiddenClasses();
  const metrics = new PrometheusMetrics(options.cluster);
  // Closes everything where the start fails: an open connection would keep the process alive.
  await using opened = new AsyncDisposableStack();
  const { stores, upstreams, mailer } = await openConnections(config, options, { logger, metrics, opened });
  const { container, useCases, hashing } = compose(
    config,
    {
      stores,
      upstreams,
      mailer,
      securityLog: new PinoSecurityLog(logger),
      upstreamObserver: metrics,
      onTouchFailed: (err) => logger.warn({ err }, 'failed to update session last_seen_at'),
    },
    options.overrides,
  );
  metrics.watchHashing(hashing);
  const { created, sealing } = await prepareStore(config, options, { stores, useCases, logger });
  const http = await buildServer({
    useCases,
    idGenerator: container.resolve(Ports.idGenerator),
    logger,
    accessLog,
    securityLog: container.resolve(Ports.securityLog),
    metrics,
    version: VERSION,
    isSecure: config.mode === 'production',
    servesDocs: config.servesDocs,
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    basePath: config.basePath,
    maxInFlight: config.maxInFlight,
    limits: { keepAliveTimeoutMs: config.keepAliveTimeoutMs, ...options.limits },
    pages: config.hasPages ? await openPages(config, container, useCases) : undefined,
    onlyHost: config.administrationIsOpen ? config.host : undefined,
  });
  const background = backgroundWorker(useCases, { config, logger, metrics });
  let stopCollecting = () => {};
  // A failure here, such as one for want of file descriptors, is tried again by the request that needs it.
  const onWarmUpFailed = (err: unknown) => logger.warn({ err }, 'failed to load ahead of the first request');
  const warmUp = async () => {
    await Promise.all([upstreams.warmUp(), http.warmUp()]);
    stopCollecting = collectGarbageAfterStartup();
  };

  const { app, connections } = http;
  const resources = opened.move();
  return {
    app,
    connections,
    container,
    useCases,
    logger,
    sealing,
    sampleUsers: created.users,
    async samplePassword() {
      if (config.log.format !== 'pretty' || config.mode !== 'development') return undefined;
      const folder = folderBeside(config.store);
      const password = created.adminPassword ?? (folder === undefined ? undefined : readSamplePassword(folder));
      if (password === undefined || !(await useCases.seedSampleUsers.hasPassword(password))) return undefined;
      return password.reveal();
    },
    async listen() {
      const address = await app.listen({ host: addressOf(config.host), port: config.port });
      background.start();
      setTimeout(() => void warmUp().catch(onWarmUpFailed), WARM_UP_AFTER_MS).unref();
      return address;
    },
    metrics: () => metrics.samples(),
    async close(timeIsUp) {
      stopCollecting();
      const stopped = background.stop();
      await app.close();
      // Before the emails in flight are sent: their server may take longer than the process has.
      await flushBuffers(useCases, logger);
      await (timeIsUp === undefined ? stopped : Promise.race([stopped, timeIsUp]));
      await flushBuffers(useCases, logger);
      await resources.disposeAsync();
    },
  };
};

/** Opens and migrates the store, and opens the clients of other services. `opened` closes them. */
const openConnections = async (
  config: Config,
  options: ServiceOptions,
  { logger, metrics, opened }: Readonly<{ logger: Logger; metrics: PrometheusMetrics; opened: AsyncDisposableStack }>,
) => {
  const stores = await openStores(
    config.store,
    (kind, ms) => metrics.observeQuery(kind, ms),
    (err) => logger.warn({ err }, 'failed to checkpoint the store; its write-ahead log grows'),
  );
  opened.defer(() => stores.close());
  const steps = await stores.migrate(() => logger.info('waiting to migrate the store: another process has it locked'));
  if (steps.length > 0) logger.info({ steps }, 'store migrated');
  const upstreams = openUpstreams(config.upstreams, new SystemClock(), metrics, (err) =>
    logger.warn({ err }, 'failed to look up a password among those of breaches'),
  );
  opened.defer(() => upstreams.close());
  const mailer = options.mailer ?? (await openMailer(config));
  opened.defer(() => mailer.close());
  return { stores, upstreams, mailer };
};

/**
 * Checks what the server needs of its store, and adds what it lacks: sample users, a signing key.
 * @throws {ConfigError} see {@link assertAdministrable}
 */
const prepareStore = async (
  config: Config,
  { wipeFirst = false }: ServiceOptions,
  { stores, useCases, logger }: Readonly<{ stores: OpenStores; useCases: UseCases; logger: Logger }>,
): Promise<Readonly<{ created: CreatedSamples; sealing: SealingState }>> => {
  await assertAdministrable(config, stores, logger);
  const created = await fill(stores, config, useCases, wipeFirst);
  const folder = folderBeside(config.store);
  if (created.adminPassword !== undefined && folder !== undefined) writeSamplePassword(folder, created.adminPassword);
  const sealing = await useCases.checkSealingKey.execute();
  await useCases.equalizeLoginWork.execute();
  if (config.confirmedOnly) {
    const count = await countUnconfirmed(stores);
    if (count > 0) logger.warn({ count }, 'accounts cannot log in before a password reset confirms their address');
  }
  await useCases.createFirstSigningKey.execute().catch((err) => logger.warn({ err }, 'failed to create a signing key'));
  return { created, sealing };
};

const countUnconfirmed = async ({ userQueries }: OpenStores): Promise<number> => {
  let count = 0;
  let after: UserId | undefined;
  do {
    const page = await userQueries.countUnconfirmed({ after, limit: ACCOUNTS_PER_STATEMENT });
    count += page.count;
    after = page.last;
  } while (after !== undefined);
  return count;
};

/** Writes what this process has buffered. A buffer that fails does not keep the others from being written. */
const flushBuffers = async (useCases: UseCases, logger: Logger): Promise<void> => {
  const { recordDailyCounts, recordValidations, notifyLockedLogins, recordTokenUses } = useCases;
  await recordDailyCounts.execute().catch((err) => logger.warn({ err }, 'failed to record daily counts'));
  await recordValidations.execute().catch((err) => logger.warn({ err }, 'failed to record validations'));
  await notifyLockedLogins.execute().catch((err) => logger.warn({ err }, 'failed to notify of locked log-ins'));
  await recordTokenUses.execute().catch((err) => logger.warn({ err }, 'failed to record token uses'));
};

/** Loads the pages only where they are on. */
const openPages = async ({ brand, mode, basePath, settings }: Config, container: Container, useCases: UseCases) => {
  const { WebPages } = await import('../../adapters/driving/pages/pages.ts');
  const { sendUserExport } = await import('../../adapters/driving/http/resources/users/export-routes.ts');
  const clock = container.resolve(Ports.clock);
  const { logo, ...names } = brand;
  return new WebPages({
    useCases,
    brand: names,
    logo,
    isSecure: mode === 'production',
    basePath,
    now: () => clock.now(),
    sendUserExport,
    inEffect: { settings, versions: { guildhall: VERSION, node: process.versions.node } },
  });
};

/** @throws {ConfigError} production without `ADMIN_API_KEY` and without an admin who may log in there */
const assertAdministrable = async (
  { mode, adminKey }: Config,
  { userQueries }: OpenStores,
  logger: Logger,
): Promise<void> => {
  if (mode !== 'production') return;
  const staff = await userQueries.listStaff();
  if (staff.some(({ isSample }) => isSample)) {
    logger.warn('the sample administrator of development is in this store: it cannot log in, delete its account');
  }
  if (adminKey !== undefined || staff.some(({ role, isSample }) => role === 'admin' && !isSample)) return;
  throw new ConfigError(
    'ADMIN_API_KEY is needed in production (32 random characters or more) until an admin exists: guildhall staff add.',
  );
};

/** Fills an empty development store. @returns what was created */
const fill = async (
  { storeWipe }: OpenStores,
  { hasSampleUsers }: Config,
  { seedSampleUsers }: UseCases,
  wipeFirst: boolean,
): Promise<CreatedSamples> => {
  if (hasSampleUsers) return seedSampleUsers.execute({ wipeFirst });
  if (wipeFirst) await storeWipe.wipe();
  return { users: 0, adminPassword: undefined };
};

/** Fastify opens two listeners for this name, and a shutdown handles one. */
const addressOf = (host: string): string => (host === 'localhost' ? '127.0.0.1' : host);

/** @returns the service with the address it listens on; or, after printing why there is none, the exit code */
export const startOrExit = async (
  config: Config,
  options: ServiceOptions,
): Promise<Readonly<{ service: Service; address: string }> | number> => {
  let service: Service | undefined;
  try {
    service = await startService(config, options);
    return { service, address: await service.listen() };
  } catch (error) {
    await service?.close();
    if (error instanceof ConfigError) return failStartup(error.messages, EXIT.usage);
    return failStartup([startupError(error, config)], EXIT.failed);
  }
};
