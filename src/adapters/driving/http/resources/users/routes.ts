import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CreateUser } from '../../../../../application/user/create-user.ts';
import type { DeleteUser } from '../../../../../application/user/delete-user.ts';
import type { ListUsers } from '../../../../../application/user/list-users.ts';
import type { ReadUser } from '../../../../../application/user/read-user.ts';
import type { UpdateUser } from '../../../../../application/user/update-user.ts';
import { Secret } from '../../../../../domain/shared/secret.ts';
import { AS_ADMINISTRATOR, AS_USER, json, NO_QUERY, nothing, ok, refusals } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import { clientOf } from '../../request/client.ts';
import { Cursor } from '../../request/cursor.ts';
import type { SessionGuard } from '../../security/authenticate.ts';
import { presentUser } from './presenter.ts';
import { Credentials, EmailMessage, Message, NewUser, User, UserChange, UserParams, UserQuery } from './schemas.ts';
import { answerForm, FORM } from './user-form.ts';

const tags = ['users'];
const BY_ADMINISTRATOR = ['access.unauthenticated', 'access.forbidden'] as const;

type NewUserBody = { email: string; name?: string; password?: string; age?: number };

/** Records of people. Only translates; the rules are in domain/user. */
export const userRoutes: FastifyPluginAsyncTypebox<{
  createUser: CreateUser;
  listUsers: ListUsers;
  readUser: ReadUser;
  updateUser: UpdateUser;
  deleteUser: DeleteUser;
  guard: SessionGuard;
}> = async (app, { createUser, listUsers, readUser, updateUser, deleteUser, guard }) => {
  const creation = refusals('changing', 'user.email-taken', 'user.invalid', 'hashing.busy', ...BY_ADMINISTRATOR);

  app.post(
    '/users',
    {
      schema: {
        operationId: 'createUser',
        summary: 'Let somebody in',
        description:
          'JSON makes a user with any of the fields. A form (`email`, `password`) has an answer of its own. For administrators; in development without an admin key, for everybody.',
        tags,
        security: AS_ADMINISTRATOR,
        querystring: NO_QUERY,
        body: {
          content: {
            'application/json': { schema: NewUser },
            [FORM]: { schema: Credentials },
          },
        },
        response: {
          ...creation,
          200: ok('The form’s user is there', EmailMessage, { Location: Type.String({ description: 'The new user' }) }),
          201: ok('The user is there', User, { Location: Type.String({ description: 'The new user' }) }),
          400: {
            description: 'A form with a taken address gets a bare message; every other fault a problem',
            content: { ...creation[400]?.content, 'application/json': { schema: Message } },
          },
        },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.visit(request);
      const body = request.body as NewUserBody;
      const { password, ...rest } = body;
      const command = {
        caller,
        ...rest,
        ...(password === undefined ? {} : { password: new Secret(password) }),
        client: clientOf(request),
      };
      if (request.mediaType === FORM) return answerForm(reply, body.email, () => createUser.execute(command));
      const user = await createUser.execute(command);
      return reply.code(201).header('location', `/users/${user.id}`).send(presentUser(user));
    },
  );

  app.get(
    '/users',
    {
      schema: {
        operationId: 'listUsers',
        summary: 'List everybody, in the order they came',
        tags,
        security: AS_ADMINISTRATOR,
        querystring: UserQuery,
        response: {
          200: ok('A page of users', Type.Array(User), {
            Link: Type.String({ description: 'The next page, `rel="next"`; not there on the last one' }),
          }),
          ...refusals('reading', ...BY_ADMINISTRATOR),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.visit(request);
      const { limit = 50, cursor, email } = request.query;
      const after = cursor === undefined ? undefined : Cursor.decode(cursor);
      const { users, next } = await listUsers.execute({ caller, limit, after, email });
      if (next !== undefined) reply.header('link', `<${nextPage(limit, next, email)}>; rel="next"`);
      return reply.send(users.map(presentUser));
    },
  );

  app.get(
    '/users/:id',
    {
      schema: {
        operationId: 'readUser',
        summary: 'Read a record: one’s own, or any as an administrator',
        tags,
        security: AS_USER,
        params: UserParams,
        querystring: NO_QUERY,
        response: { 200: ok('The record', User), ...refusals('reading', 'user.not-found', ...BY_ADMINISTRATOR) },
      },
    },
    async (request) => {
      const { caller } = await guard.visit(request);
      return presentUser(await readUser.execute({ caller, userId: request.params.id }));
    },
  );

  app.patch(
    '/users/:id',
    {
      schema: {
        operationId: 'updateUser',
        summary: 'Correct a record',
        description:
          'One’s own address or password takes `current_password`; a new password signs all other devices out. Both are told by mail.',
        tags,
        security: AS_USER,
        params: UserParams,
        querystring: NO_QUERY,
        body: json(UserChange),
        response: {
          200: ok('The record as it is now', User),
          ...refusals(
            'changing',
            'user.not-found',
            'user.invalid',
            'user.email-taken',
            'user.stale',
            'password.wrong',
            'throttle.exceeded',
            'hashing.busy',
            ...BY_ADMINISTRATOR,
          ),
        },
      },
    },
    async (request) => {
      const { caller } = await guard.visit(request);
      const { password, current_password: current, ...rest } = request.body as PatchBody;
      const user = await updateUser.execute({
        caller,
        userId: request.params.id,
        change: { ...rest, ...(password === undefined ? {} : { password: new Secret(password) }) },
        ...(current === undefined ? {} : { currentPassword: new Secret(current) }),
        client: clientOf(request),
      });
      return presentUser(user);
    },
  );

  app.delete(
    '/users/:id',
    {
      schema: {
        operationId: 'deleteUser',
        summary: 'Remove somebody for good, with their sessions and licenses',
        tags,
        security: AS_USER,
        params: UserParams,
        querystring: NO_QUERY,
        response: { 204: nothing('Gone'), ...refusals('changing', 'user.not-found', ...BY_ADMINISTRATOR) },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.visit(request);
      await deleteUser.execute({ caller, userId: request.params.id, client: clientOf(request) });
      return reply.code(204).send();
    },
  );
};

type PatchBody = { email?: string; name?: string | null; age?: number; password?: string; current_password?: string };

const nextPage = (limit: number, after: string, email: string | undefined): string =>
  `/users?${new URLSearchParams({ limit: String(limit), cursor: Cursor.encode(after), ...(email === undefined ? {} : { email }) })}`;
