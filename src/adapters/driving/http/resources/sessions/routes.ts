import type { ElevateSession } from '../../../../../application/user/elevate-session.ts';
import type { EndSession } from '../../../../../application/user/end-session.ts';
import type { ListSessions } from '../../../../../application/user/list-sessions.ts';
import type { LogIn as LogInUseCase } from '../../../../../application/user/log-in.ts';
import type { LogOut } from '../../../../../application/user/log-out.ts';
import { DomainError } from '../../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../../domain/shared/instant.ts';
import { Secret } from '../../../../../domain/shared/secret.ts';
import { ANONYMOUS, AS_USER, empty, json, jsonOrForm, ok, problems, userOr } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { IdParams, Type } from '../../openapi/schema.ts';
import { clientOf } from '../../request/client.ts';
import { idCursor } from '../../request/cursors.ts';
import { PageQuery, page, pageOfItems } from '../pagination.ts';
import { presentSession } from './presenter.ts';
import { Elevated, LoggedIn, LogIn, LogInCode, Profile, Session, StepUp } from './schemas.ts';

export type SessionUseCases = Readonly<{
  logIn: LogInUseCase;
  logOut: LogOut;
  elevateSession: ElevateSession;
  listSessions: ListSessions;
  endSession: EndSession;
}>;

const tags = ['accounts'];

const SESSION_COOKIE = {
  'Set-Cookie': Type.String({
    pattern: '^(__Host-)?session_id=',
    description: 'The session token',
    examples: [
      'session_id=h3JxUq0S9mB7wZ2kVtYc4LpEo8Rn1dAfGi5sXlQbNyM; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax',
    ],
  }),
};

/** Log-in, log-out and the sessions of the caller. */
export const sessionRoutes: Routes<Options<SessionUseCases>> = async (app, { useCases, guard }) => {
  const { logIn, logOut, elevateSession, listSessions, endSession } = useCases;
  app.post(
    '/sessions',
    {
      config: { idempotencyKey: 'rejected' },
      schema: {
        operationId: 'logIn',
        summary: 'Log in',
        description:
          'The response sets the session cookie. Clients without cookies may send its value as `Authorization: Bearer`. An unknown address and a wrong password have the same response.',
        tags,
        security: ANONYMOUS,
        body: jsonOrForm(LogIn),
        response: {
          200: ok('Logged in', LoggedIn, SESSION_COOKIE),
          ...problems(
            'credentials.wrong',
            'user.unconfirmed',
            'mfa.code-required',
            'mfa.refused',
            'throttle.exceeded',
            'hashing.busy',
            'sealing.unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const { email, password, code } = request.body;
      const { token, maxAgeMs } = await logIn.execute({
        email,
        password: new Secret(password),
        code: code === undefined ? undefined : new Secret(code),
        earlierToken: guard.sessionToken(request),
        client: clientOf(request),
      });
      guard.setCookie(reply, token, maxAgeMs);
      return { email, message: 'logged in' as const };
    },
  );

  app.post(
    '/sessions/challenge',
    {
      config: { idempotencyKey: 'rejected' },
      schema: {
        operationId: 'completeLogIn',
        summary: 'Complete a log-in with the code of the second factor',
        description:
          'The challenge comes with `mfa.code-required` and lives five minutes. The fifth wrong code ends it. The response sets the session cookie.',
        tags,
        security: ANONYMOUS,
        body: json(LogInCode),
        response: {
          200: ok('Logged in', LoggedIn, SESSION_COOKIE),
          ...problems('mfa.refused', 'throttle.exceeded', 'sealing.unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { challenge, code } = request.body;
      const secrets = { challenge: new Secret(challenge), code: new Secret(code) };
      const { token, maxAgeMs, email } = await logIn.complete({ ...secrets, client: clientOf(request) });
      guard.setCookie(reply, token, maxAgeMs);
      return { email, message: 'logged in' as const };
    },
  );

  app.get(
    '/sessions',
    {
      schema: {
        operationId: 'listSessions',
        summary: 'List own sessions',
        description: 'In the order of their log-ins.',
        tags,
        security: AS_USER,
        querystring: PageQuery,
        response: {
          200: pageOfItems('A page of sessions', Session),
          ...problems('access.unauthenticated'),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.authenticate(request);
      const sessions = await page(request, reply, idCursor, (position) =>
        listSessions.execute({ caller, ...position }),
      );
      return sessions.map(presentSession);
    },
  );

  app.post(
    '/sessions/elevate',
    {
      config: { idempotencyKey: 'rejected' },
      schema: {
        operationId: 'elevateSession',
        summary: 'Elevate the own session',
        description:
          'Sensitive changes take a log-in or this step-up within `STEP_UP_TTL` (RFC 9470). A wrong password counts as a failed log-in.',
        tags,
        security: AS_USER,
        body: json(StepUp),
        response: {
          200: ok('The session is elevated', Elevated),
          ...problems(
            'access.unauthenticated',
            'password.wrong',
            'mfa.refused',
            'sealing.unavailable',
            'user.not-found',
            'session.not-found',
            'throttle.exceeded',
            'hashing.busy',
          ),
        },
      },
    },
    async (request) => {
      const { caller, client } = await guard.authenticate(request);
      const { code } = request.body;
      const password = new Secret(request.body.password);
      const secrets = { password, code: code === undefined ? undefined : new Secret(code) };
      const until = await elevateSession.execute({ caller, ...secrets, client });
      return { elevated_until: Instant.format(until) };
    },
  );

  app.delete(
    '/sessions',
    {
      config: { cors: false, sessionsOnly: true },
      schema: {
        operationId: 'logOut',
        summary: 'Log out',
        description:
          'The response redirects to `/` (behind the path of `PUBLIC_URL`), where a script in a browser repeats its DELETE and gets the welcome message.',
        tags,
        security: AS_USER,
        response: {
          302: empty('Logged out, the cookie is cleared', {
            Location: Type.String({
              pattern: '/$',
              description: '`/`, behind the path of `PUBLIC_URL`',
              examples: ['/'],
            }),
            'Clear-Site-Data': Type.Literal('"cache", "storage"', {
              description: 'Deletes what the browser has cached and stored',
            }),
          }),
          ...problems('session.required'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      await logOut.execute({ caller, client });
      guard.clearCookie(reply);
      return reply.redirect('/', 302);
    },
  );

  app.delete(
    '/sessions/others',
    {
      schema: {
        operationId: 'endOtherSessions',
        summary: 'End all other own sessions',
        description: 'The session of the request stays.',
        tags,
        security: AS_USER,
        response: { 204: empty('Ended'), ...problems('access.unauthenticated') },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      await endSession.others({ caller, client });
      return reply.code(204).send();
    },
  );

  app.delete(
    '/sessions/:id',
    {
      schema: {
        operationId: 'endSession',
        summary: 'End a session',
        description: 'Users need no scope and no step-up for their own.',
        tags,
        security: userOr('users:write'),
        params: IdParams,
        response: {
          204: empty('Ended'),
          ...problems('access.step-up-required', 'session.not-found'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      await endSession.execute({ caller, sessionId: request.params.id, client });
      return reply.code(204).send();
    },
  );

  app.get(
    '/profile',
    {
      config: { sessionsOnly: true },
      schema: {
        operationId: 'readProfile',
        summary: 'Get own profile',
        tags,
        security: AS_USER,
        response: { 200: ok('The profile', Profile), ...problems('session.required') },
      },
    },
    async (request) => {
      const { email } = await guard.authenticate(request);
      if (email === undefined) throw new DomainError('session.required', 'Log in first.');
      return { email };
    },
  );
};
