import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CheckReadiness } from '../../../../../application/system/check-readiness.ts';
import { RequestError } from '../../errors/request-error.ts';
import type { HttpMetrics } from '../../observability/http-metrics.ts';
import { AS_ADMINISTRATOR, AS_ANYBODY, closed, NO_QUERY, ok, refusals } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import type { SessionGuard } from '../../security/authenticate.ts';
import type { ConnectionTracker } from '../../server/connections.ts';

const tags = ['system'];

/** Is it there, does it live, may traffic come, how busy is it. */
export const systemRoutes: FastifyPluginAsyncTypebox<{
  checkReadiness: CheckReadiness;
  metrics: HttpMetrics;
  guard: SessionGuard;
  traffic: Pick<ConnectionTracker, 'isStopping'>;
}> = async (app, { checkReadiness, metrics, guard, traffic }) => {
  app.get(
    '/',
    {
      schema: {
        operationId: 'welcome',
        summary: 'Say hello',
        tags,
        security: AS_ANYBODY,
        response: {
          200: ok('Hello', Type.Object({ message: Type.String({ enum: ['Bienvenue'] }) }, closed)),
          ...refusals('reading'),
        },
      },
    },
    async () => ({ message: 'Bienvenue' }),
  );

  app.get(
    '/_health',
    {
      schema: {
        operationId: 'readHealth',
        summary: 'Is the process alive?',
        tags,
        security: AS_ANYBODY,
        response: {
          200: ok('It is alive', Type.Object({ status: Type.String({ enum: ['OK'] }) }, closed)),
          ...refusals('reading'),
        },
      },
    },
    async () => ({ status: 'OK' }),
  );

  app.get(
    '/_ready',
    {
      schema: {
        operationId: 'readReadiness',
        summary: 'May traffic come?',
        description: 'Asks the store whether it answers and has all migrations. No also while the server stops.',
        tags,
        security: AS_ANYBODY,
        response: {
          200: ok('It may', Type.Object({ status: Type.String({ enum: ['OK'] }) }, closed)),
          ...refusals('reading', 'service.not-ready'),
        },
      },
    },
    async () => {
      if (traffic.isStopping) throw new RequestError('service.not-ready', 'The server is stopping.');
      const missing = await checkReadiness.execute();
      if (missing.length > 0) throw new RequestError('service.not-ready', missing);
      return { status: 'OK' };
    },
  );

  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'readMetrics',
        summary: 'Figures for Prometheus',
        tags,
        security: AS_ADMINISTRATOR,
        querystring: NO_QUERY,
        response: {
          200: { description: 'Prometheus text format', content: { 'text/plain': { schema: Type.String() } } },
          ...refusals('reading', 'access.unauthenticated', 'access.forbidden'),
        },
      },
      serializerCompiler: () => (text) => text as string,
    },
    async (request, reply) => {
      const { caller } = await guard.visit(request);
      caller.requireAdministrator();
      const { contentType, text } = await metrics.render();
      return reply.type(contentType).send(text);
    },
  );
};
