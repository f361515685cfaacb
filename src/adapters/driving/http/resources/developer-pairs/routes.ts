import type { CheckDeveloperPair } from '../../../../../application/developer-pair/check-developer-pair.ts';
import type { ReadPairHistory } from '../../../../../application/developer-pair/read-pair-history.ts';
import { ANONYMOUS, ok, problems } from '../../openapi/responses.ts';
import type { Routes } from '../../openapi/routes.ts';
import { clientOf } from '../../request/client.ts';
import { idCursor } from '../../request/cursors.ts';
import { PageQuery, page, pageOfItems } from '../pagination.ts';
import { presentConnection, presentPairCheck } from './presenter.ts';
import { Connection, PairCheck, PairParams } from './schemas.ts';

export type DeveloperPairUseCases = Readonly<{
  checkDeveloperPair: CheckDeveloperPair;
  readPairHistory: ReadPairHistory;
}>;

const tags = ['developer pairs'];

export const developerPairRoutes: Routes<{ useCases: DeveloperPairUseCases }> = async (app, { useCases }) => {
  const { checkDeveloperPair, readPairHistory } = useCases;
  app.get(
    '/connected/realtime/:dev1/:dev2',
    {
      config: { sameOriginOnly: true },
      schema: {
        operationId: 'checkDeveloperPair',
        summary: 'Check a developer pair',
        description:
          'Asks Twitter and GitHub, and records the result. Connected: each follows the other on Twitter, and they share a GitHub organisation. If the check is inconclusive, the status is 503 and `errors` name the service; it is never answered as `false`.',
        tags,
        security: ANONYMOUS,
        params: PairParams,
        response: {
          200: ok('The current connection', Connection),
          ...problems(
            'request.cross-origin',
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
      return presentConnection(
        await checkDeveloperPair.execute({ developers: [dev1, dev2], client: clientOf(request) }),
      );
    },
  );

  app.get(
    '/connected/register/:dev1/:dev2',
    {
      schema: {
        operationId: 'readPairHistory',
        summary: 'List the checks of a developer pair',
        description: 'Only completed checks, oldest first.',
        tags,
        security: ANONYMOUS,
        params: PairParams,
        querystring: PageQuery,
        response: {
          200: pageOfItems('A page of checks', PairCheck),
          ...problems('handle.malformed', 'pair.same-developer'),
        },
      },
    },
    async (request, reply) => {
      const { dev1, dev2 } = request.params;
      const checks = await page(request, reply, idCursor, (position) =>
        readPairHistory.execute({ developers: [dev1, dev2], ...position }),
      );
      return checks.map(presentPairCheck);
    },
  );
};
