import cookie from '@fastify/cookie';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import type { SecurityLog } from '../../../ports/security-log.ts';
import { describeApi, servePages } from './api-docs.ts';
import { acceptBodies } from './bodies.ts';
import { BrokenHttp } from './broken-http.ts';
import { isUnsafe, refuseCrossOrigin } from './cross-origin-guard.ts';
import { answerWithProblems, refuseBrokenPaths } from './error-handling.ts';
import type { HttpMetrics } from './http-metrics.ts';
import { requestIdFrom } from './request-id.ts';
import { watchAnswers } from './request-log.ts';
import { ROUTER_OPTIONS, watchRoutes } from './router-guard.ts';
import { activationRoutes } from './routes/activation-routes.ts';
import { developerPairRoutes } from './routes/developer-pair-routes.ts';
import { importRoutes } from './routes/import-routes.ts';
import { licenseListRoutes } from './routes/license-list-routes.ts';
import { licenseMoveRoutes } from './routes/license-move-routes.ts';
import { licenseRoutes } from './routes/license-routes.ts';
import { passwordResetRoutes } from './routes/password-reset-routes.ts';
import { passwordRoutes } from './routes/password-routes.ts';
import { registrationRoutes } from './routes/registration-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { systemRoutes } from './routes/system-routes.ts';
import { userRoutes } from './routes/user-routes.ts';
import { validationRoutes } from './routes/validation-routes.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { SessionGuard } from './session-guard.ts';
import type { UseCases } from './use-cases.ts';
import { validatorCompiler } from './validation.ts';
import { mustBeWellFormed, withSingleSlashes } from './well-formed.ts';

/** How long things may take, and how large they may be. docs/security.md lists them; a test compares. */
export const HTTP_LIMITS = {
  bodyBytes: 65_536,
  headerBytes: 16_384,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  handlerTimeoutMs: 20_000,
  keepAliveTimeoutMs: 5_000,
  connectionsCheckingIntervalMs: 1_000,
  connections: 5_000,
} as const;

export type HttpOptions = Readonly<{
  useCases: UseCases;
  logger: FastifyBaseLogger;
  securityLog: SecurityLog;
  metrics: HttpMetrics;
  version: string;
  /** Production: cookies for HTTPS only. */
  isSecure: boolean;
  /** Swagger UI and ReDoc; the document itself goes with them. */
  servesDocs: boolean;
  /** Networks (CIDR) of proxies whose `X-Forwarded-For` we believe; none: nobody's. */
  trustedProxies: readonly string[];
}>;

/** The whole HTTP face. It does not listen yet, so that tests may ask it without a network. */
export const buildServer = async (options: HttpOptions): Promise<FastifyInstance> => {
  const { useCases, logger, securityLog, metrics } = options;
  const brokenHttp = new BrokenHttp(securityLog);
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent) => parent,
    genReqId: ({ headers }) => requestIdFrom(headers),
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    bodyLimit: HTTP_LIMITS.bodyBytes,
    requestTimeout: HTTP_LIMITS.requestTimeoutMs,
    handlerTimeout: HTTP_LIMITS.handlerTimeoutMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveTimeoutMs,
    http: {
      headersTimeout: HTTP_LIMITS.headersTimeoutMs,
      connectionsCheckingInterval: HTTP_LIMITS.connectionsCheckingIntervalMs,
      maxHeaderSize: HTTP_LIMITS.headerBytes,
      requireHostHeader: false,
    },
    rewriteUrl: ({ url = '/' }) => withSingleSlashes(url),
    routerOptions: ROUTER_OPTIONS,
    frameworkErrors: refuseBrokenPaths({ securityLog, metrics }),
    clientErrorHandler: (error, socket) => brokenHttp.refuse(error, socket),
  });
  app.server.maxConnections = HTTP_LIMITS.connections;
  brokenHttp.watch(app.server);
  app.setValidatorCompiler(validatorCompiler());
  // Presenters name every field they show and tests hold every answer against its schema, so the fast way is safe.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));

  const guard = new SessionGuard(useCases.authenticate, { isSecure: options.isSecure });
  const missOf = watchRoutes(app);
  answerWithProblems(app, securityLog, guard);
  acceptBodies(app);
  watchAnswers(app, metrics, guard);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    reply.header('x-request-id', request.id);
    mustBeWellFormed(request);
    const miss = missOf(request);
    if (miss !== undefined) throw miss;
    if (isUnsafe(request.method)) refuseCrossOrigin(request, guard.cookieName);
  });

  await app.register(cookie);
  await describeApi(app, { cookieName: guard.cookieName, version: options.version });
  await app.register(systemRoutes, { ...useCases, metrics, guard });
  await app.register(registrationRoutes, useCases);
  await app.register(sessionRoutes, { ...useCases, guard });
  await app.register(passwordResetRoutes, useCases);
  await app.register(userRoutes, { ...useCases, guard });
  for (const routes of [licenseRoutes, licenseListRoutes, licenseMoveRoutes, activationRoutes, validationRoutes]) {
    await app.register(routes, { ...useCases.licenses, guard });
  }
  await app.register(importRoutes, { ...useCases, guard });
  await app.register(passwordRoutes, useCases);
  await app.register(developerPairRoutes, useCases);
  if (options.servesDocs) await servePages(app);
  return app;
};
