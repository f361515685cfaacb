import type { BanUser } from '../../../../../application/user/ban-user.ts';
import type { CreateUser } from '../../../../../application/user/create-user.ts';
import type { DeleteUser } from '../../../../../application/user/delete-user.ts';
import type { ListUsers } from '../../../../../application/user/list-users.ts';
import type { ReadUser } from '../../../../../application/user/read-user.ts';
import type { UpdateUser } from '../../../../../application/user/update-user.ts';
import type { VersionedUserView } from '../../../../../application/user/user-view.ts';
import { DomainError } from '../../../../../domain/shared/domain-error.ts';
import { Secret } from '../../../../../domain/shared/secret.ts';
import {
  ETAG,
  empty,
  FORM,
  json,
  jsonOrForm,
  LOCATION,
  ok,
  problems,
  REPLAYED,
  userOr,
  withScope,
} from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { IdParams } from '../../openapi/schema.ts';
import { acceptedVersions, entityTag, setVersion } from '../../request/conditions.ts';
import { idCursor } from '../../request/cursors.ts';
import { type Answer, answerToChange, idempotencyOf, sendAnswer } from '../../request/idempotency.ts';
import { page, pageOfItems } from '../pagination.ts';
import { presentUserRecord } from './presenter.ts';
import { Ban, Credentials, EmailTaken, NewUser, UserChange, UserCreated, UserQuery, UserRecord } from './schemas.ts';

export type UserUseCases = Readonly<{
  banUser: BanUser;
  createUser: CreateUser;
  listUsers: ListUsers;
  readUser: ReadUser;
  updateUser: UpdateUser;
  deleteUser: DeleteUser;
}>;

const tags = ['users'];

const changedUser = answerToChange<VersionedUserView>(presentUserRecord);

/** Records of users. */
export const userRoutes: Routes<Options<UserUseCases>> = async (app, { useCases, guard }) => {
  const { banUser, createUser, listUsers, readUser, updateUser, deleteUser } = useCases;

  app.post(
    '/users',
    {
      config: { idempotencyKey: 'taken' },
      schema: {
        operationId: 'createUser',
        summary: 'Create a user',
        description: 'JSON creates a user with any of the fields. A form (`email`, `password`) has its own response.',
        tags,
        security: withScope('users:write'),
        body: jsonOrForm(NewUser, Credentials),
        response: {
          200: ok('The user was created from a form', UserCreated, { ...LOCATION, ...REPLAYED }),
          201: ok('The user was created', UserRecord, { ...LOCATION, ...ETAG, ...REPLAYED }),
          400: {
            description: 'A problem, or a message for a form with a registered address',
            ...json(EmailTaken),
          },
          ...problems('user.email-taken', 'user.invalid', 'hashing.busy', 'upstream.unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const { password, ...rest } = request.body;
      const secret = password === undefined ? {} : { password: new Secret(password) };
      const isForm = request.mediaType === FORM;
      const answerTo = (user: VersionedUserView): Answer => {
        const location = `/users/${user.id}`;
        return isForm
          ? { status: 200, location, body: { email: rest.email, message: 'user created' } }
          : { status: 201, location, etag: entityTag(user), body: presentUserRecord(user) };
      };
      try {
        const input = { caller, ...rest, ...secret, client };
        const idempotency = idempotencyOf(request, caller, answerTo);
        return sendAnswer(reply, answerTo(await createUser.execute({ ...input, idempotency })));
      } catch (error) {
        // Published clients of the form compare this response word for word.
        if (!isForm || !(error instanceof DomainError) || error.code !== 'user.email-taken') throw error;
        return reply.code(400).send({ message: 'email already registered' });
      }
    },
  );

  app.get(
    '/users',
    {
      schema: {
        operationId: 'listUsers',
        summary: 'List users',
        description: 'In the order of their creation.',
        tags,
        security: withScope('users:read'),
        querystring: UserQuery,
        response: {
          200: pageOfItems('A page of users', UserRecord),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.authenticate(request);
      const { email } = request.query;
      const users = await page(request, reply, idCursor, (position) =>
        listUsers.execute({ caller, ...position, email }),
      );
      return users.map(presentUserRecord);
    },
  );

  app.get(
    '/users/:id',
    {
      schema: {
        operationId: 'readUser',
        summary: 'Get a user',
        description: 'Users need no scope for their own.',
        tags,
        security: userOr('users:read'),
        params: IdParams,
        response: {
          200: ok('The user', UserRecord, ETAG),
          ...problems('user.not-found'),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.authenticate(request);
      const user = await readUser.execute({ caller, userId: request.params.id });
      return setVersion(reply, user).send(presentUserRecord(user));
    },
  );

  app.patch(
    '/users/:id',
    {
      config: { takesIfMatch: true, idempotencyKey: 'taken' },
      schema: {
        operationId: 'updateUser',
        summary: 'Update a user',
        description:
          'Users who change their own address or password send `current_password`; a change of the address of another user takes a step-up. A new password ends all other sessions. An email reports each of the two changes. Unless `REGISTRATION` is `open`, `email` stays as it is, and `pending_email` has the new address until it is confirmed.',
        tags,
        security: userOr('users:write'),
        params: IdParams,
        body: json(UserChange),
        response: {
          200: ok('The updated user', UserRecord, { ...ETAG, ...REPLAYED }),
          ...problems(
            'user.not-found',
            'user.invalid',
            'user.email-taken',
            'user.stale',
            'password.wrong',
            'throttle.exceeded',
            'hashing.busy',
            'upstream.unavailable',
            'access.step-up-required',
          ),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const { password, current_password: current, ...rest } = request.body;
      const idempotency = idempotencyOf(request, caller, changedUser);
      const user = await updateUser.execute({
        caller,
        userId: request.params.id,
        change: { ...rest, ...(password === undefined ? {} : { password: new Secret(password) }) },
        ...(current === undefined ? {} : { currentPassword: new Secret(current) }),
        acceptedVersions: acceptedVersions(request),
        idempotency,
        client,
      });
      return sendAnswer(reply, changedUser(user));
    },
  );

  app.delete(
    '/users/:id',
    {
      config: { takesIfMatch: true },
      schema: {
        operationId: 'deleteUser',
        summary: 'Delete a user',
        description: 'Deletes their sessions and licenses too. Takes a step-up.',
        tags,
        security: userOr('users:delete'),
        params: IdParams,
        response: {
          204: empty('Deleted'),
          ...problems('user.not-found', 'staff.last-admin', 'access.step-up-required'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const userId = request.params.id;
      await deleteUser.execute({ caller, userId, acceptedVersions: acceptedVersions(request), client });
      return reply.code(204).send();
    },
  );

  const banProblems = ['user.not-found', 'user.stale'] as const;

  app.post(
    '/users/:id/ban',
    {
      config: { takesIfMatch: true, idempotencyKey: 'taken' },
      schema: {
        operationId: 'banUser',
        summary: 'Ban a user',
        description:
          'Ends the sessions of the user and a pending reset. No log-in, no reset and no token works until the user is unbanned, and their licenses validate as `BANNED`. Banned already: the reason is replaced. For a person with a role it takes the scope `staff:write` in addition.',
        tags,
        security: withScope('users:ban'),
        params: IdParams,
        body: json(Ban),
        response: {
          200: ok('The banned user', UserRecord, { ...ETAG, ...REPLAYED }),
          ...problems('user.invalid', 'user.ban-refused', 'staff.last-admin', ...banProblems),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const user = await banUser.ban({
        caller,
        userId: request.params.id,
        reason: request.body.reason,
        acceptedVersions: acceptedVersions(request),
        idempotency: idempotencyOf(request, caller, changedUser),
        client,
      });
      return sendAnswer(reply, changedUser(user));
    },
  );

  app.post(
    '/users/:id/unban',
    {
      config: { takesIfMatch: true, idempotencyKey: 'taken' },
      schema: {
        operationId: 'unbanUser',
        summary: 'Unban a user',
        description: 'The licenses are what they were. The sessions stay ended.',
        tags,
        security: withScope('users:ban'),
        params: IdParams,
        response: {
          200: ok('The user', UserRecord, { ...ETAG, ...REPLAYED }),
          ...problems('user.state', ...banProblems),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const user = await banUser.unban({
        caller,
        userId: request.params.id,
        acceptedVersions: acceptedVersions(request),
        idempotency: idempotencyOf(request, caller, changedUser),
        client,
      });
      return sendAnswer(reply, changedUser(user));
    },
  );
};
