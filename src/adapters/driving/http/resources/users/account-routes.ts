import type { RegisterUser } from '../../../../../application/user/register-user.ts';
import type { RequestPasswordReset } from '../../../../../application/user/request-password-reset.ts';
import type { ResetPassword } from '../../../../../application/user/reset-password.ts';
import { Secret } from '../../../../../domain/shared/secret.ts';
import { ANONYMOUS, json, jsonOrForm, LOCATION, ok, problems } from '../../openapi/responses.ts';
import type { Routes } from '../../openapi/routes.ts';
import { clientOf } from '../../request/client.ts';
import { presentUser } from './presenter.ts';
import { EmailMessage, PasswordReset, Registration, ResetRequest, ResetToken, User } from './schemas.ts';

export type AccountUseCases = Readonly<{
  registerUser: RegisterUser;
  requestPasswordReset: RequestPasswordReset;
  resetPassword: ResetPassword;
}>;

const tags = ['accounts'];

/** Registration and password reset, both for anonymous callers. */
export const accountRoutes: Routes<{ useCases: AccountUseCases }> = async (app, { useCases }) => {
  const { registerUser, requestPasswordReset, resetPassword } = useCases;
  app.post(
    '/register',
    {
      schema: {
        operationId: 'register',
        summary: 'Register a user',
        description: 'A welcome e-mail follows. Registering does not log in.',
        tags,
        security: ANONYMOUS,
        body: json(Registration),
        response: {
          201: ok('The user was registered', User, LOCATION),
          ...problems('changing', 'user.email-taken', 'user.invalid', 'throttle.exceeded', 'hashing.busy'),
        },
      },
    },
    async (request, reply) => {
      const { password, ...rest } = request.body;
      const user = await registerUser.execute({ ...rest, password: new Secret(password), client: clientOf(request) });
      return reply.code(201).header('location', `/users/${user.id}`).send(presentUser(user));
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
          'In production the status is always 202, and the token is sent by e-mail if the address is registered. In development the response holds the token, and an unknown address is 403.',
        tags,
        security: ANONYMOUS,
        body: jsonOrForm(ResetRequest),
        response: {
          200: ok('The token (development)', ResetToken),
          202: ok('An e-mail is on its way if the address is registered (production)', EmailMessage),
          ...problems('changing', 'password-reset.unknown-address', 'throttle.exceeded'),
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
            'changing',
            'password-reset.refused',
            'user.invalid',
            'user.stale',
            'throttle.exceeded',
            'hashing.busy',
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
