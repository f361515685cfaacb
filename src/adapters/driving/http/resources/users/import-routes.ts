import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { ImportRandomUsers } from '../../../../../application/user/import-random-users.ts';
import type { UserView } from '../../../../../ports/user-queries.ts';
import { AS_ADMINISTRATOR, json, NO_QUERY, ok, refusals } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import { clientOf } from '../../request/client.ts';
import type { SessionGuard } from '../../security/authenticate.ts';
import { MAX_IMPORTED, UserImport } from './import-schemas.ts';
import { presentUser } from './presenter.ts';
import { User } from './schemas.ts';

/** People who do not exist, for who has a store to fill. */
export const importRoutes: FastifyPluginAsyncTypebox<{
  importRandomUsers: ImportRandomUsers;
  guard: SessionGuard;
}> = async (app, { importRandomUsers, guard }) => {
  app.post(
    '/users/import',
    {
      schema: {
        operationId: 'importUsers',
        summary: 'Let random people in, who do not exist',
        description:
          'They come from randomuser.me with a name and an address. No answer ever holds a password, so they have none; a reset gives them one, and `guildhall users import` at the command line gives them one that it prints. An address that somebody has is skipped, so fewer may come in than were asked for.',
        tags: ['users'],
        security: AS_ADMINISTRATOR,
        querystring: NO_QUERY,
        body: json(UserImport),
        response: {
          201: ok('Those who came in, in this order', Type.Array(User)),
          ...refusals(
            'changing',
            'import.invalid',
            'random-users.nonsense',
            'random-users.unavailable',
            'access.unauthenticated',
            'access.forbidden',
          ),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.visit(request);
      const { count } = request.body as { count: number };
      const client = clientOf(request);
      const order = { caller, count, atMost: MAX_IMPORTED, withPasswords: false, client };
      const users: UserView[] = [];
      for await (const step of importRandomUsers.execute(order)) if (step.kind === 'stored') users.push(step.user);
      return reply.code(201).send(users.map(presentUser));
    },
  );
};
