import type { ConfirmEmail } from '../../../../../application/user/confirm-email.ts';
import type { RegisterUser } from '../../../../../application/user/register-user.ts';
import type { RequestPasswordReset } from '../../../../../application/user/request-password-reset.ts';
import type { ResetPassword } from '../../../../../application/user/reset-password.ts';
import { Secret } from '../../../../../domain/shared/secret.ts';
import { ANONYMOUS, json, jsonOrForm, LOCATION, ok, problems, userOr } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { IdParams } from '../../openapi/schema.ts';
import { clientOf } from '../../request/client.ts';
import { presentUser } from './presenter.ts';
import {
  ConfirmationToken,
  Confirmed,
  ConfirmedRegistration,
  EmailMessage,
  PasswordReset,
  Registration,
  RegistrationRequest,
  ResetRequest,
  ResetToken,
  User,
} from './schemas.ts';

export type AccountUseCases = Readonly<{
  confirmEmail: ConfirmEmail;
  registerUser: RegisterUser;
  requestPasswordReset: RequestPasswordReset;
  resetPassword: ResetPassword;
}>;

const tags = ['accounts'];

/** Registration, confirmation of addresses and password reset. */
export const accountRoutes: Routes<Options<AccountUseCases>> = async (app, { useCases, guard }) => {
  const { confirmEmail, registerUser, requestPasswordReset, resetPassword } = useCases;
  const registrationProblems = [
    'user.email-taken',
    'user.invalid',
    'registration.closed',
    'throttle.exceeded',
    'hashing.busy',
    'upstream.unavailable',
  ] as const;

  if (registerUser.mode === 'confirmed') {
    app.post(
      '/register',
      {
        schema: {
          operationId: 'register',
          summary: 'Request an account',
          description:
            'The address gets an email with a confirmation token, or a notice that it has an account. The response is the same. The other fields are checked and not kept.',
          tags,
          security: ANONYMOUS,
          body: json(RegistrationRequest),
          response: {
            202: ok('An email is on its way if the address is free', EmailMessage),
            ...problems('user.invalid', 'throttle.exceeded'),
          },
        },
      },
      async (request, reply) => {
        const { password, ...rest } = request.body;
        const secret = password === undefined ? {} : { password: new Secret(password) };
        await registerUser.request({ ...rest, ...secret, client: clientOf(request) });
        return reply.code(202).send({ email: rest.email, message: 'If this address is free, a mail is on its way.' });
      },
    );
  } else {
    app.post(
      '/register',
      {
        schema: {
          operationId: 'register',
          summary: 'Register a user',
          description: 'A welcome email follows. Registering does not log in.',
          tags,
          security: ANONYMOUS,
          body: json(Registration),
          response: {
            201: ok('The user was registered', User, LOCATION),
            ...problems(...registrationProblems),
          },
        },
      },
      async (request, reply) => {
        const { password, ...rest } = request.body;
        const user = await registerUser.execute({ ...rest, password: new Secret(password), client: clientOf(request) });
        return reply.code(201).header('location', `/users/${user.id}`).send(presentUser(user));
      },
    );
  }

  app.put(
    '/register',
    {
      schema: {
        operationId: 'completeRegistration',
        summary: 'Open an account with a confirmation token',
        description:
          'The token comes by email where registration takes a confirmed address (`REGISTRATION=confirmed`). It stays valid after a 422. Registering does not log in.',
        tags,
        security: ANONYMOUS,
        body: json(ConfirmedRegistration),
        response: {
          201: ok('The user was registered', User, LOCATION),
          ...problems('registration.refused', ...registrationProblems),
        },
      },
    },
    async (request, reply) => {
      const { password, confirmation_token: token, ...rest } = request.body;
      const secrets = { password: new Secret(password), token: new Secret(token) };
      const user = await registerUser.complete({ ...rest, ...secrets, client: clientOf(request) });
      return reply.code(201).header('location', `/users/${user.id}`).send(presentUser(user));
    },
  );

  app.post(
    '/users/:id/confirmation',
    {
      schema: {
        operationId: 'requestConfirmation',
        summary: 'Send an email that confirms the address',
        description: 'To the new address if the account waits for its confirmation, else to the present one.',
        tags,
        security: userOr('users:write'),
        params: IdParams,
        response: {
          202: ok('An email is on its way', EmailMessage),
          ...problems('user.not-found', 'user.confirmed', 'throttle.exceeded'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const email = await confirmEmail.request({ caller, userId: request.params.id, client });
      return reply.code(202).send({ email, message: 'A mail is on its way.' });
    },
  );

  app.put(
    '/confirmations',
    {
      schema: {
        operationId: 'confirmEmail',
        summary: 'Confirm an address, or cancel its change',
        description:
          'With the token of an email. A cancelled change returns the account to the earlier address, ends its sessions and removes its password; an email to set a new one follows.',
        tags,
        security: ANONYMOUS,
        body: json(ConfirmationToken),
        response: {
          200: ok('The address of the account', Confirmed),
          ...problems('confirmation.refused', 'user.email-taken', 'user.stale'),
        },
      },
    },
    async (request) => {
      const token = new Secret(request.body.confirmation_token);
      const { email, outcome } = await confirmEmail.execute({ token, client: clientOf(request) });
      return { email, message: outcome };
    },
  );

  app.post(
    '/reset_password',
    {
      config: { idempotencyKey: 'rejected' },
      schema: {
        operationId: 'requestPasswordReset',
        summary: 'Request a password reset token',
        description:
          'In production the status is always 202, and the token is sent by email if the address is registered. In development the response holds the token, and an unknown address is 403.',
        tags,
        security: ANONYMOUS,
        body: jsonOrForm(ResetRequest),
        response: {
          200: ok('The token (development)', ResetToken),
          202: ok('An email is on its way if the address is registered (production)', EmailMessage),
          ...problems('password-reset.unknown-address', 'throttle.exceeded'),
        },
      },
    },
    async (request, reply) => {
      const { email } = request.body;
      const token = await requestPasswordReset.execute({ email, client: clientOf(request) });
      if (token !== undefined) return reply.code(200).send({ email, reset_token: token.reveal() });
      return reply.code(202).send({ email, message: 'If this address has an account, a mail is on its way.' });
    },
  );

  app.put(
    '/reset_password',
    {
      schema: {
        operationId: 'resetPassword',
        summary: 'Set a new password with a reset token',
        description: 'Ends every session of the user and does not log in. A token works once.',
        tags,
        security: ANONYMOUS,
        body: jsonOrForm(PasswordReset),
        response: {
          200: ok('The password was changed', EmailMessage),
          ...problems(
            'password-reset.refused',
            'user.invalid',
            'user.stale',
            'throttle.exceeded',
            'hashing.busy',
            'upstream.unavailable',
          ),
        },
      },
    },
    async (request) => {
      const { email, reset_token: token, new_password: newPassword } = request.body;
      await resetPassword.execute({
        email,
        token: new Secret(token),
        newPassword: new Secret(newPassword),
        client: clientOf(request),
      });
      return { email, message: 'Password updated' };
    },
  );
};
