import type { FastifyInstance } from 'fastify';
import { type createLogger, openLog } from '../../adapters/driven/logging/logger.ts';
import { PinoSecurityLog } from '../../adapters/driven/logging/pino-security-log.ts';
import {
  type Cluster,
  type MetricSamples,
  PrometheusMetrics,
} from '../../adapters/driven/prometheus/prometheus-metrics.ts';
import { SystemClock } from '../../adapters/driven/system/system-clock.ts';
import type { ConnectionTracker } from '../../adapters/driving/http/server/connections.ts';
import type { HttpLimits } from '../../adapters/driving/http/server/limits.ts';
import { buildServer } from '../../adapters/driving/http/server/server.ts';
import { BackgroundWorker } from '../../adapters/driving/worker/background-worker.ts';
import type { Config } from '../config/config.ts';
import { VERSION } from '../config/version.ts';
import { compose, type Dependencies } from '../wiring/container.ts';
import { type OpenMailer, openMailer } from '../wiring/open-mailer.ts';
import { openStores } from '../wiring/open-stores.ts';
import { openUpstreams } from '../wiring/open-upstreams.ts';
import { type Container, Ports } from '../wiring/ports.ts';
import type { UseCases } from '../wiring/use-cases.ts';
import { collectGarbageAfterStartup } from './collect-garbage-after-startup.ts';
import { warmUpHiddenClasses } from './hidden-class-warm-up.ts';
import { logBackgroundFailure } from './log-background-failure.ts';

/** The first requests after the start are not kept waiting by what only pairs need. */
const WARM_UP_AFTER_MS = 1_000;

/** The running thing: a server, a worker, and what they stand on. */
export type Service = Readonly<{
  app: FastifyInstance;
  /** The connections it is asked through. */
  traffic: ConnectionTracker;
  container: Container;
  useCases: UseCases;
  logger: ReturnType<typeof createLogger>;
  /** Sample users that came in at the start. */
  sampleUsers: number;
  /** @returns the address it listens on, as `http://host:port` */
  listen(): Promise<string>;
  /** Its own, without those of its colleagues. */
  figures(): Promise<MetricSamples>;
  /** Accepts nothing new, finishes what runs, closes the store. */
  close(): Promise<void>;
}>;

export type ServiceOptions = Readonly<{
  /** Development: empty the store first. */
  wipeFirst?: boolean;
  /** For tests: other adapters in place of these. */
  overrides?: (container: Container) => void;
  mailer?: OpenMailer;
  /** Not handed in: it runs alone. */
  crew?: Cluster;
  limits?: Partial<HttpLimits> | undefined;
  /** Where finished log lines go; standard output unless a test wants to read them. */
  logSink?: Parameters<typeof createLogger>[1] | undefined;
}>;

/** Opens, migrates and wires everything. The caller listens and closes. */
export const startService = async (config: Config, options: ServiceOptions = {}): Promise<Service> => {
  const { logger, answerLines } = openLog(config.log, options.logSink);
  await warmUpHiddenClasses();
  const metrics = new PrometheusMetrics(options.crew);
  // A start that fails half-way leaves nothing open: a connection would keep the process from ending.
  await using opened = new AsyncDisposableStack();
  const onQuery: Parameters<typeof openStores>[1] = (kind, ms) => metrics.observeQuery(kind, ms);
  const stores = opened.adopt(await openStores(config.store, onQuery), (stores) => stores.close());
  const steps = await stores.migrate();
  if (steps.length > 0) logger.info({ steps }, 'store migrated');

  const upstreams = openUpstreams(config.upstreams, new SystemClock(), metrics);
  opened.defer(() => upstreams.close());
  const mailer = opened.adopt(options.mailer ?? (await openMailer(config)), (mailer) => mailer.close());
  const securityLog = new PinoSecurityLog(logger);
  const onUpstreamCall: Dependencies['onUpstreamCall'] = (call) => metrics.observeCall(call);
  const onTouchFailed = (err: unknown) => logger.warn({ err }, 'failed to update session last_seen_at');
  const world = { stores, mailer, securityLog, onUpstreamCall, onTouchFailed, upstreams };
  const { container, useCases } = compose(config, world, options.overrides);
  const hasher = container.resolve(Ports.passwordHasher);
  if ('active' in hasher && 'waiting' in hasher) metrics.watchHashing(hasher as { active: number; waiting: number });
  const wipeFirst = options.wipeFirst ?? false;
  if (wipeFirst && !config.hasSampleUsers) await stores.storeWipe.wipe();
  const sampleUsers = config.hasSampleUsers ? await useCases.seedSampleUsers.execute({ wipeFirst }) : 0;

  const { app, traffic } = await buildServer({
    useCases,
    logger,
    answerLines,
    securityLog: container.resolve(Ports.securityLog),
    metrics,
    version: VERSION,
    isSecure: config.mode === 'production',
    servesDocs: config.servesDocs,
    trustedProxies: config.trustedProxies,
    maxInFlight: config.maxInFlight,
    limits: options.limits,
    onlyAs: config.mode === 'development' && config.adminKey === undefined ? config.host : undefined,
  });
  let keepMemory = () => {};
  const warmUp = async () => {
    await Promise.all([upstreams.warmUp(), metrics.warmUp()]);
    keepMemory = collectGarbageAfterStartup();
  };
  const worker = new BackgroundWorker({
    ...useCases,
    onDelivery: ({ unreadable, ...delivery }) => {
      for (const [result, count] of Object.entries(delivery)) metrics.countLetters(result, count);
      if (delivery.postponed + delivery.deadLettered > 0) logger.warn(delivery, 'letters could not be sent');
      // Not what is in them: it may be a token.
      if (unreadable.length > 0) logger.error({ letters: unreadable }, 'letters that cannot be read were set aside');
    },
    onFailure: (failure) => logBackgroundFailure(logger, config, failure),
  });

  const rest = opened.move();
  return {
    app,
    traffic,
    container,
    useCases,
    logger,
    sampleUsers,
    async listen() {
      const address = await app.listen({ host: addressOf(config.host), port: config.port });
      worker.start();
      setTimeout(() => void warmUp(), WARM_UP_AFTER_MS).unref();
      // Loads the list of common passwords before somebody has to wait for it.
      setImmediate(() => container.resolve(Ports.commonPasswords).has(''));
      return address;
    },
    figures: () => metrics.figures(),
    async close() {
      keepMemory();
      await Promise.all([app.close(), worker.stop()]);
      await useCases.recordValidations
        .execute()
        .catch((err) => logger.warn({ err }, 'the last validations are not written down'));
      await rest.disposeAsync();
    },
  };
};

/** One listener is one door to watch and to shut; for this name Fastify would open two. */
const addressOf = (host: string): string => (host === 'localhost' ? '127.0.0.1' : host);
