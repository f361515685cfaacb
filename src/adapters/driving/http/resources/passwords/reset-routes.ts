import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { RequestPasswordReset } from '../../../../../application/user/request-password-reset.ts';
import type { ResetPassword } from '../../../../../application/user/reset-password.ts';
import { Secret } from '../../../../../domain/shared/secret.ts';
import { AS_ANYBODY, jsonOrForm, NO_QUERY, ok, refusals } from '../../openapi/responses.ts';
import { clientOf } from '../../request/client.ts';
import { EmailMessage, Reset, ResetRequest, ResetToken } from '../users/schemas.ts';

const tags = ['accounts'];

/** For who forgot their password. */
export const passwordResetRoutes: FastifyPluginAsyncTypebox<{
  requestPasswordReset: RequestPasswordReset;
  resetPassword: ResetPassword;
}> = async (app, { requestPasswordReset, resetPassword }) => {
  app.post(
    '/reset_password',
    {
      schema: {
        operationId: 'requestPasswordReset',
        summary: 'Ask for a reset token',
        description:
          'Production: always 202, and the token goes by mail if the address is known. Development: the token is in the answer too, and an unknown address is 403.',
        tags,
        security: AS_ANYBODY,
        querystring: NO_QUERY,
        body: jsonOrForm(ResetRequest),
        response: {
          200: ok('The token (development)', ResetToken),
          202: ok('If somebody has this address, a mail is on its way (production)', EmailMessage),
          ...refusals('changing', 'password-reset.unknown-address', 'throttle.exceeded'),
        },
      },
    },
    async (request, reply) => {
      const { email } = request.body as { email: string };
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
        description: 'Ends every session of the user and does not log in. The token works once.',
        tags,
        security: AS_ANYBODY,
        querystring: NO_QUERY,
        body: jsonOrForm(Reset),
        response: {
          200: ok('The new password holds', EmailMessage),
          ...refusals(
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
    async (request, reply) => {
      const { email, reset_token: token, new_password: password } = request.body as ResetBody;
      await resetPassword.execute({
        email,
        token: new Secret(token),
        newPassword: new Secret(password),
        client: clientOf(request),
      });
      return reply.send({ email, message: 'Password updated' });
    },
  );
};

type ResetBody = { email: string; reset_token: string; new_password: string };
