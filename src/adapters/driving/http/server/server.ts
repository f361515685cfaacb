import { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, fastify, LogController } from 'fastify';
import type { CheckLicenseKey } from '../../../../application/license/check-license-key.ts';
import type { Authenticate } from '../../../../application/user/authenticate.ts';
import type { AccessLog } from '../../../../ports/access-log.ts';
import type { IdGenerator } from '../../../../ports/id-generator.ts';
import type { SecurityLog } from '../../../../ports/security-log.ts';
import { EventLoopStallDetector } from '../observability/event-loop-stalls.ts';
import { type HttpMetrics, observeResponses } from '../observability/observers.ts';
import { describeApi, serveDocs } from '../openapi/document.ts';
import { acceptBodies } from '../request/bodies.ts';
import { clientIpOf, hasForwardedHeaders, requestIdFrom } from '../request/client.ts';
import { assertConditions } from '../request/conditions.ts';
import { assertConformant, collapseSlashes } from '../request/conformance.ts';
import { assertIdempotencyKey } from '../request/idempotency.ts';
import { ROUTER_OPTIONS, RouteTable } from '../request/routing.ts';
import { Validation } from '../request/validation.ts';
import { addResources, type ResourceUseCases } from '../resources/routes.ts';
import { SessionGuard } from '../security/authenticate.ts';
import { CorsPolicy } from '../security/cors.ts';
import { assertNotForged } from '../security/csrf-guard.ts';
import { SECURITY_HEADERS } from '../security/headers.ts';
import { assertKnownHost } from '../security/host-guard.ts';
import { authenticate, showsKey } from '../security/license-key.ts';
import { BatchedResponse } from './batched-response.ts';
import { ClientErrors } from './client-errors.ts';
import { ConnectionTracker } from './connections.ts';
import { type ErrorPages, handleErrors, handleMalformedPath } from './error-handler.ts';
import { createHttpServer } from './http-server.ts';
import { HTTP_LIMITS, type HttpLimits } from './limits.ts';
import { RequestsInFlight } from './overload.ts';

export type HttpOptions = Readonly<{
  useCases: ResourceUseCases & Readonly<{ authenticate: Authenticate; checkLicenseKey: CheckLicenseKey }>;
  /** Of requests without an id. */
  idGenerator: IdGenerator;
  logger: FastifyBaseLogger;
  securityLog: SecurityLog;
  metrics: HttpMetrics;
  accessLog: AccessLog;
  version: string;
  /** Production: cookies for HTTPS only. */
  isSecure: boolean;
  /** The setting HOST, where administration is open: no other name but localhost is answered. */
  onlyHost?: string | undefined;
  /** Whether to serve the OpenAPI document, Swagger UI and ReDoc. */
  servesDocs: boolean;
  /** Networks (CIDR) of proxies whose `X-Forwarded-For` is trusted. */
  trustedProxies: readonly string[];
  /** Origins whose pages may call the API without a cookie, or `*`. */
  corsOrigins: readonly string[];
  /** Path before ours in the address of the service, which a proxy removes from requests; mostly empty. */
  basePath: string;
  /** Maximum number of requests in flight; more are rejected with 503. */
  maxInFlight: number;
  limits: Pick<HttpLimits, 'keepAliveTimeoutMs'> & Partial<HttpLimits>;
  /** HTML pages beside the API; `undefined`: none. */
  pages?: Pages | undefined;
}>;

/** HTML pages, whose adapter is apart from that of the API. */
export interface Pages extends ErrorPages {
  /** Adds the routes. */
  add(app: FastifyInstance, guard: SessionGuard): Promise<void>;
  /** Returns the path of the page that a browser at `/` is sent to. */
  start(request: FastifyRequest): Promise<string>;
}

const UNTRUSTED_PROXY =
  'a request has X-Forwarded-For or Forwarded, and TRUSTED_PROXIES is empty: limits count the proxy as one client';

export type HttpServer = Readonly<{
  app: FastifyInstance;
  connections: ConnectionTracker;
  /** Loads what the first requests do not need. */
  warmUp(): Promise<void>;
}>;

/** Builds the HTTP server. It does not listen yet, so that tests may call it without a network. */
export const buildServer = async (options: HttpOptions): Promise<HttpServer> => {
  const { useCases, idGenerator, logger, securityLog, metrics, accessLog } = options;
  const limits: HttpLimits = { ...HTTP_LIMITS, ...options.limits };
  const stalls = new EventLoopStallDetector();
  const clientErrors = new ClientErrors({
    idGenerator,
    securityLog,
    logger,
    metrics,
    stalls,
    extensionMs: limits.headersTimeoutMs,
    errorPages: options.pages,
  });
  const connections = new ConnectionTracker({
    unansweredPerConnection: limits.unansweredPerConnection,
    onClosed: (code, ip) => {
      metrics.countRejected(code);
      logger.info({ code, ip }, 'closed a connection');
    },
  });
  const validation = new Validation();
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent) => parent,
    genReqId: ({ headers }) => requestIdFrom(headers, idGenerator),
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    bodyLimit: limits.bodyBytes,
    serverFactory: (handle) => createHttpServer(handle, { limits, connections }),
    rewriteUrl: ({ url = '/' }) => collapseSlashes(url),
    routerOptions: ROUTER_OPTIONS,
    frameworkErrors: handleMalformedPath({ securityLog, metrics, accessLog, errorPages: options.pages }),
    clientErrorHandler: (error, socket) => clientErrors.handle(error, socket),
    schemaController: {
      // perf: given here, Fastify does not load compilers of its own, which take 65 ms of CPU, a tenth of a start.
      compilersFactory: {
        // Its type is that of Fastify's own one, and not of what Fastify calls.
        buildValidator: () => validation.compiler as never,
        // Presenters name every field, and tests hold every response against its schema: no serializer needs to filter.
        buildSerializer: () => () => (response) => JSON.stringify(response),
      },
    },
  });
  clientErrors.attach(app.server);
  app.addHook('onClose', async () => stalls.stop());

  const guard = new SessionGuard(useCases.authenticate, { isSecure: options.isSecure });
  for (const name of ['begunSession', 'clientIp', 'licenseKey', 'principal', 'userId'])
    app.decorateRequest(name, undefined);
  const routes = new RouteTable(app);
  const cors = new CorsPolicy(options.corsOrigins);
  const isAllowedOrigin = (origin: string) => cors.isAllowed(origin);
  let warnsOfProxy = options.trustedProxies.length === 0;
  handleErrors(app, { securityLog, checkLicenseKey: useCases.checkLicenseKey, errorPages: options.pages });
  acceptBodies(app);
  observeResponses(app, { metrics, accessLog });
  const requests = new RequestsInFlight({
    maxInFlight: options.maxInFlight,
    timeoutMs: limits.handlerTimeoutMs,
    onRejected: (count) => logger.warn({ count, in_flight: requests.count }, 'rejected requests because of overload'),
  });
  requests.watch(app);
  metrics.watchRequests(requests);
  // With `done` and not as a promise, as all hooks of every request (ADR 85).
  app.addHook('onRequest', (request, reply, done) => {
    if (!(reply.raw instanceof BatchedResponse)) reply.headers(SECURITY_HEADERS);
    reply.header('x-request-id', request.id);
    request.clientIp = clientIpOf(request);
    if (warnsOfProxy && hasForwardedHeaders(request)) {
      warnsOfProxy = false;
      logger.warn(UNTRUSTED_PROXY);
    }
    assertConformant(request, reply);
    if (options.onlyHost !== undefined) assertKnownHost(request, options.onlyHost);
    if (cors.isEnabled) {
      if (cors.answerPreflight(request, reply, () => routes.corsMethods(request))) return;
      cors.addHeaders(request, reply);
    }
    routes.assertRoute(request);
    assertNotForged(request, guard.cookieName, isAllowedOrigin);
    if (!showsKey(request)) {
      assertHeaders(request);
      return done();
    }
    // A bad one is reported before a bad form.
    authenticate(guard, request)
      .then(() => assertHeaders(request))
      .then(() => done(), done);
  });

  const { basePath } = options;
  if (basePath !== '') addBasePath(app, basePath);
  describeApi(app, { cookieName: guard.cookieName, version: options.version, basePath });
  const { pages } = options;
  await addResources(app, { useCases, guard, metrics, connections, startPage: pages && ((from) => pages.start(from)) });
  await pages?.add(app, guard);
  if (options.servesDocs) await serveDocs(app, basePath);
  return { app, connections, warmUp: async () => void validation.load() };
};

const assertHeaders = (request: FastifyRequest): void => {
  assertConditions(request);
  assertIdempotencyKey(request);
};

/** Puts the base path before our own paths in `Location` and `Link`. */
const addBasePath = (app: FastifyInstance, basePath: string): void => {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    const { location, link } = reply.getHeaders();
    if (typeof location === 'string' && location.startsWith('/')) reply.header('location', `${basePath}${location}`);
    if (typeof link === 'string' && link.startsWith('</')) reply.header('link', `<${basePath}${link.slice(1)}`);
    done();
  });
};
