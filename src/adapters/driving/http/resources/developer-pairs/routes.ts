import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CheckDeveloperPair } from '../../../../../application/developer-pair/check-developer-pair.ts';
import type { ReadPairHistory } from '../../../../../application/developer-pair/read-pair-history.ts';
import { AS_ANYBODY, NO_QUERY, ok, refusals } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import { clientOf } from '../../request/client.ts';
import { Cursor } from '../../request/cursor.ts';
import { presentConnection, presentPairCheck } from './presenter.ts';
import { Connection, HistoryQuery, PairCheck, PairParams } from './schemas.ts';

const tags = ['developer pairs'];

/** Are two developers connected, and were they before? */
export const developerPairRoutes: FastifyPluginAsyncTypebox<{
  checkDeveloperPair: CheckDeveloperPair;
  readPairHistory: ReadPairHistory;
}> = async (app, { checkDeveloperPair, readPairHistory }) => {
  app.get(
    '/connected/realtime/:dev1/:dev2',
    {
      schema: {
        operationId: 'checkDeveloperPair',
        summary: 'Ask Twitter and GitHub now',
        description:
          'Connected: each follows the other on Twitter, and they share a GitHub organisation. What cannot be found out is a 503 that names the service, never a `false`.',
        tags,
        security: AS_ANYBODY,
        params: PairParams,
        querystring: NO_QUERY,
        response: {
          200: ok('What is true now; it is written down', Connection),
          ...refusals(
            'reading',
            'developer.unknown',
            'handle.malformed',
            'pair.same-developer',
            'pair.undecided',
            'throttle.exceeded',
            'upstream.exhausted',
            'upstream.nonsense',
            'upstream.refused',
            'upstream.unavailable',
          ),
        },
      },
    },
    async (request) => {
      const { dev1, dev2 } = request.params;
      return presentConnection(await checkDeveloperPair.execute({ one: dev1, other: dev2, client: clientOf(request) }));
    },
  );

  app.get(
    '/connected/register/:dev1/:dev2',
    {
      schema: {
        operationId: 'readPairHistory',
        summary: 'What was found out before, oldest first',
        tags,
        security: AS_ANYBODY,
        params: PairParams,
        querystring: HistoryQuery,
        response: {
          200: ok('A page of completed checks', Type.Array(PairCheck), {
            Link: Type.String({ description: 'The next page, `rel="next"`; not there on the last one' }),
          }),
          ...refusals('reading', 'handle.malformed', 'pair.same-developer'),
        },
      },
    },
    async (request, reply) => {
      const { dev1, dev2 } = request.params;
      const { limit = 50, cursor } = request.query;
      const after = cursor === undefined ? undefined : Cursor.decode(cursor);
      const { checks, next } = await readPairHistory.execute({ one: dev1, other: dev2, limit, after });
      if (next !== undefined) reply.header('link', `<${nextPage(dev1, dev2, limit, next)}>; rel="next"`);
      return reply.send(checks.map(presentPairCheck));
    },
  );
};

const nextPage = (dev1: string, dev2: string, limit: number, after: string): string => {
  const path = ['connected', 'register', dev1, dev2].map(encodeURIComponent).join('/');
  return `/${path}?${new URLSearchParams({ limit: String(limit), cursor: Cursor.encode(after) })}`;
};
