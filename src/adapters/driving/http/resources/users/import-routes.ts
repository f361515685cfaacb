import type { ImportRandomUsers } from '../../../../../application/user/import-random-users.ts';
import type { UserView } from '../../../../../ports/user-queries.ts';
import { json, ok, problems, withScope } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { Type } from '../../openapi/schema.ts';
import { presentUser } from './presenter.ts';
import { MAX_IMPORTED, User, UserImport } from './schemas.ts';

export type ImportUseCases = Readonly<{ importRandomUsers: ImportRandomUsers }>;

export const importRoutes: Routes<Options<ImportUseCases>> = async (app, { useCases, guard }) => {
  const { importRandomUsers } = useCases;
  app.post(
    '/users/import',
    {
      schema: {
        operationId: 'importUsers',
        summary: 'Import random users',
        description:
          'Creates users with names and email addresses from randomuser.me, for test data. They have no password until a reset; `guildhall users import` on the command line generates and prints passwords. A registered address is skipped, so the list may be shorter than `count`.',
        tags: ['users'],
        security: withScope('users:delete'),
        body: json(UserImport),
        response: {
          201: ok('The created users, in this order', Type.Array(User, { maxItems: MAX_IMPORTED })),
          ...problems('import.invalid', 'random-users.nonsense', 'random-users.unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const { count } = request.body;
      const input = { caller, count, atMost: MAX_IMPORTED, withPasswords: false, client };
      const users: UserView[] = [];
      for await (const step of importRandomUsers.execute(input)) if (step.kind === 'stored') users.push(step.user);
      return reply.code(201).send(users.map(presentUser));
    },
  );
};
