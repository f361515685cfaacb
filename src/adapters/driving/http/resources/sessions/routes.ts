import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { EndSession } from '../../../../../application/user/end-session.ts';
import type { ListSessions } from '../../../../../application/user/list-sessions.ts';
import type { SignIn } from '../../../../../application/user/sign-in.ts';
import type { SignOut } from '../../../../../application/user/sign-out.ts';
import { DomainError } from '../../../../../domain/shared/domain-error.ts';
import { Secret } from '../../../../../domain/shared/secret.ts';
import { AS_ANYBODY, AS_USER, jsonOrForm, NO_QUERY, nothing, ok, refusals } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import { clientOf } from '../../request/client.ts';
import type { SessionGuard } from '../../security/authenticate.ts';
import { presentSession } from '../users/presenter.ts';
import { Credentials, EmailMessage, Profile, Session, UserParams } from '../users/schemas.ts';

const tags = ['accounts'];

/** Logging in, looking who is in, and out again. */
export const sessionRoutes: FastifyPluginAsyncTypebox<{
  signIn: SignIn;
  signOut: SignOut;
  listSessions: ListSessions;
  endSession: EndSession;
  guard: SessionGuard;
}> = async (app, { signIn, signOut, listSessions, endSession, guard }) => {
  app.post(
    '/sessions',
    {
      schema: {
        operationId: 'logIn',
        summary: 'Log in',
        description:
          'The token comes in the session cookie; a client without cookies may send it as `Authorization: Bearer`. An unknown address and a wrong password are one answer.',
        tags,
        security: AS_ANYBODY,
        querystring: NO_QUERY,
        body: jsonOrForm(Credentials),
        response: {
          200: ok('Logged in', EmailMessage, { 'Set-Cookie': Type.String({ description: 'The session' }) }),
          ...refusals('changing', 'credentials.wrong', 'throttle.exceeded', 'hashing.busy'),
        },
      },
    },
    async (request, reply) => {
      const { email, password } = request.body as { email: string; password: string };
      const { token, maxAgeMs } = await signIn.execute({
        email,
        password: new Secret(password),
        earlierToken: guard.cookieIn(request),
        client: clientOf(request),
      });
      guard.give(reply, token, maxAgeMs);
      return reply.send({ email, message: 'logged in' });
    },
  );

  app.get(
    '/sessions',
    {
      schema: {
        operationId: 'listSessions',
        summary: 'Where am I logged in?',
        tags,
        security: AS_USER,
        querystring: NO_QUERY,
        response: {
          200: ok('The sessions, in the order they began', Type.Array(Session)),
          ...refusals('reading', 'access.unauthenticated'),
        },
      },
    },
    async (request) => {
      const { caller } = await guard.visit(request);
      return (await listSessions.execute({ caller })).map(presentSession);
    },
  );

  app.delete(
    '/sessions',
    {
      schema: {
        operationId: 'logOut',
        summary: 'Log out',
        description:
          'The answer leads to `/`. A script in a browser, this page’s too, sends its DELETE there again and shows the 405 it gets; the session has ended all the same.',
        tags,
        security: AS_USER,
        querystring: NO_QUERY,
        response: {
          302: nothing('Logged out; the cookie is cleared', {
            Location: Type.String({ description: 'The front page' }),
          }),
          ...refusals('changing', 'session.required'),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.visit(request);
      await signOut.execute({ caller, client: clientOf(request) });
      guard.takeBack(reply);
      return reply.redirect('/', 302);
    },
  );

  app.delete(
    '/sessions/:id',
    {
      schema: {
        operationId: 'endSession',
        summary: 'Sign one device out',
        tags,
        security: AS_USER,
        params: UserParams,
        querystring: NO_QUERY,
        response: {
          204: nothing('Signed out'),
          ...refusals('changing', 'access.unauthenticated', 'session.not-found'),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.visit(request);
      await endSession.execute({ caller, sessionId: request.params.id, client: clientOf(request) });
      return reply.code(204).send();
    },
  );

  app.get(
    '/profile',
    {
      schema: {
        operationId: 'readProfile',
        summary: 'Who am I?',
        tags,
        security: AS_USER,
        querystring: NO_QUERY,
        response: { 200: ok('You', Profile), ...refusals('reading', 'session.required') },
      },
    },
    async (request) => {
      const { email } = await guard.visit(request);
      if (email === undefined) throw new DomainError('session.required', 'Log in first.');
      return { email };
    },
  );
};
