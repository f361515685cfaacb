import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import type { Authenticate } from '../../../../application/user/authenticate.ts';
import type { SecurityLog } from '../../../../ports/security-log.ts';
import { answerWithProblems, refuseBrokenPaths } from '../errors/error-handler.ts';
import { watchAnswers } from '../observability/access-log.ts';
import { EventLoopStallDetector } from '../observability/event-loop-stalls.ts';
import type { AccessLog, HttpMetrics } from '../observability/http-metrics.ts';
import { describeApi, servePages } from '../openapi/document.ts';
import { acceptBodies } from '../request/bodies.ts';
import { mustBeWellFormed, withSingleSlashes } from '../request/conformance.ts';
import { requestIdFrom } from '../request/request-id.ts';
import { ROUTER_OPTIONS, watchRoutes } from '../request/routing.ts';
import { validatorCompiler } from '../request/validation.ts';
import { addResources, type ResourceUseCases } from '../resources/routes.ts';
import { SessionGuard } from '../security/authenticate.ts';
import { isUnsafe, refuseCrossOrigin } from '../security/csrf-guard.ts';
import { SECURITY_HEADERS } from '../security/headers.ts';
import { refuseOtherHosts } from '../security/host-guard.ts';
import { ClientErrors } from './client-errors.ts';
import { ConnectionTracker } from './connections.ts';
import { openHttpServer } from './http-server.ts';
import { HTTP_LIMITS, type HttpLimits } from './limits.ts';
import { RequestsInFlight } from './overload.ts';

export type HttpOptions = Readonly<{
  useCases: ResourceUseCases & Readonly<{ authenticate: Authenticate }>;
  logger: FastifyBaseLogger;
  securityLog: SecurityLog;
  metrics: HttpMetrics;
  answerLines: AccessLog;
  version: string;
  /** Production: cookies for HTTPS only. */
  isSecure: boolean;
  /** Where everybody may administer: the address it listens on, the one name besides localhost that it answers to. */
  onlyAs?: string | undefined;
  /** Swagger UI and ReDoc; the document itself goes with them. */
  servesDocs: boolean;
  /** Networks (CIDR) of proxies whose `X-Forwarded-For` we believe; none: nobody's. */
  trustedProxies: readonly string[];
  /** Requests being handled at a time; past it the answer is 503. */
  maxInFlight: number;
  /** For tests: other limits in place of these. */
  limits?: Partial<HttpLimits> | undefined;
}>;

/** The HTTP face, and the connections it is asked through: whoever stops it begins there. */
export type HttpFace = Readonly<{ app: FastifyInstance; traffic: ConnectionTracker }>;

/** The whole HTTP face. It does not listen yet, so that tests may ask it without a network. */
export const buildServer = async (options: HttpOptions): Promise<HttpFace> => {
  const { useCases, logger, securityLog, metrics, answerLines } = options;
  const limits: HttpLimits = { ...HTTP_LIMITS, ...options.limits };
  const stall = new EventLoopStallDetector();
  const brokenHttp = new ClientErrors({ securityLog, logger, metrics, stall, secondChanceMs: limits.headersTimeoutMs });
  const traffic = new ConnectionTracker({
    unansweredPerConnection: limits.unansweredPerConnection,
    onCut: (code, ip) => {
      metrics.countRefused(code);
      logger.info({ code, ip }, 'connection cut');
    },
  });
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent) => parent,
    genReqId: ({ headers }) => requestIdFrom(headers),
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    bodyLimit: limits.bodyBytes,
    serverFactory: (handle) => openHttpServer(handle, { limits, traffic }),
    rewriteUrl: ({ url = '/' }) => withSingleSlashes(url),
    routerOptions: ROUTER_OPTIONS,
    frameworkErrors: refuseBrokenPaths({ securityLog, metrics, answerLines }),
    clientErrorHandler: (error, socket) => brokenHttp.refuse(error, socket),
  });
  brokenHttp.watch(app.server);
  app.addHook('onClose', async () => stall.stop());
  app.setValidatorCompiler(validatorCompiler());
  // Presenters name every field they show and tests hold every answer against its schema, so the fast way is safe.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));

  const guard = new SessionGuard(useCases.authenticate, { isSecure: options.isSecure });
  SessionGuard.prepare(app);
  const missOf = watchRoutes(app);
  answerWithProblems(app, securityLog, guard);
  acceptBodies(app);
  watchAnswers(app, { metrics, answerLines }, guard);
  const requests = new RequestsInFlight({
    most: options.maxInFlight,
    longestMs: limits.handlerTimeoutMs,
    onRefused: (count) => logger.warn({ count, in_flight: requests.count }, 'too much at once: requests were refused'),
  });
  requests.watch(app);
  metrics.watchRequests(requests);
  // With `done` and not as a promise: this runs at every request, and so do the hooks beside it.
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    reply.header('x-request-id', request.id);
    mustBeWellFormed(request, reply);
    if (options.onlyAs !== undefined) refuseOtherHosts(request, options.onlyAs);
    const miss = missOf(request);
    if (miss !== undefined) throw miss;
    if (isUnsafe(request.method)) refuseCrossOrigin(request, guard.cookieName);
    done();
  });

  await describeApi(app, { cookieName: guard.cookieName, version: options.version });
  await addResources(app, { useCases, guard, metrics, traffic });
  if (options.servesDocs) await servePages(app);
  return { app, traffic };
};
