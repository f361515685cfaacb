import type { FastifyRequest } from 'fastify';
import type { CheckReadiness } from '../../../../../application/system/check-readiness.ts';
import { RequestError } from '../../errors/request-error.ts';
import type { HttpMetrics } from '../../observability/observers.ts';
import { ANONYMOUS, empty, ok, problems, withScope } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { fixedText, named, oneOf, Type } from '../../openapi/schema.ts';

export type SystemUseCases = Readonly<{ checkReadiness: CheckReadiness }>;

export type SystemOptions<UseCases = SystemUseCases> = Options<UseCases> & {
  metrics: HttpMetrics;
  connections: { readonly isStopping: boolean };
  /** Returns the path of the page that a browser is sent to; `undefined`: there are no pages. */
  startPage?: ((request: FastifyRequest) => Promise<string>) | undefined;
};

const tags = ['system'];
const METRICS = Type.String({ pattern: '^# HELP ', examples: ['# HELP up …\n# TYPE up gauge\nup 1\n'] });
/** Load balancers may add parameters of their own. */
const ANY_QUERY = Type.Object({});
const Welcome = named('Welcome', { message: fixedText('Bienvenue') });
const Status = named('Status', { status: oneOf(['OK'], { description: 'The state of the service' }) });

/** Welcome message, probes and metrics. */
export const systemRoutes: Routes<SystemOptions> = async (app, options) => {
  const { useCases, metrics, guard, connections, startPage } = options;
  const { checkReadiness } = useCases;
  app.get(
    '/',
    {
      schema: {
        operationId: 'welcome',
        summary: 'Get the welcome message',
        description: 'A browser that opens the path is redirected to the pages.',
        tags,
        security: ANONYMOUS,
        querystring: ANY_QUERY,
        response: {
          200: ok('The message', Welcome),
          303: empty('To a page', {
            Location: Type.String({ pattern: '^/', description: 'Path of the page', examples: ['/login'] }),
          }),
        },
      },
    },
    async (request, reply) => {
      if (startPage !== undefined) {
        reply.header('vary', [reply.getHeader('vary') ?? [], 'Accept, Sec-Fetch-Mode, Cookie'].flat().join(', '));
        if (isNavigation(request)) return reply.redirect(await startPage(request), 303);
      }
      return { message: 'Bienvenue' as const };
    },
  );

  app.delete(
    '/',
    {
      schema: {
        operationId: 'welcomeAfterLogOut',
        summary: 'Get the welcome message after a log-out',
        description: 'Deletes nothing. A browser repeats the DELETE of a log-out where its response redirects to.',
        tags,
        security: ANONYMOUS,
        querystring: ANY_QUERY,
        response: { 200: ok('The message', Welcome) },
      },
    },
    async () => ({ message: 'Bienvenue' as const }),
  );

  app.get(
    '/_health',
    {
      schema: {
        operationId: 'readHealth',
        summary: 'Liveness probe',
        tags,
        security: ANONYMOUS,
        querystring: ANY_QUERY,
        response: {
          200: ok('The process is alive', Status),
        },
      },
    },
    async () => ({ status: 'OK' as const }),
  );

  app.get(
    '/_ready',
    {
      schema: {
        operationId: 'readReadiness',
        summary: 'Readiness probe',
        description:
          'Checks that the store answers, has all migrations and takes writes. Not ready also while the server shuts down.',
        tags,
        security: ANONYMOUS,
        querystring: ANY_QUERY,
        response: {
          200: ok('Ready for traffic', Status),
          ...problems('service.not-ready'),
        },
      },
    },
    async () => {
      if (connections.isStopping) throw new RequestError('service.not-ready', 'The server is stopping.');
      const missing = await checkReadiness.execute();
      if (missing.length > 0) throw new RequestError('service.not-ready', missing);
      return { status: 'OK' as const };
    },
  );

  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'readMetrics',
        summary: 'Get metrics for Prometheus',
        tags,
        security: withScope('metrics:read'),
        response: {
          200: { description: 'Prometheus text format', content: { 'text/plain': { schema: METRICS } } },
        },
      },
      serializerCompiler: () => (text) => text as string,
    },
    async (request, reply) => {
      const { caller } = await guard.authenticate(request);
      caller.require('metrics:read');
      const { contentType, text } = await metrics.render();
      return reply.type(contentType).send(text);
    },
  );
};

/** Whether a person opens the path in a browser. */
const isNavigation = ({ headers }: FastifyRequest): boolean =>
  headers['sec-fetch-mode'] === 'navigate' && /(?:^|,)\s*text\/html\s*(?:[;,]|$)/i.test(headers.accept ?? '');
