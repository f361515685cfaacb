import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { RatePassword } from '../../../../../application/password/rate-password.ts';
import type { SuggestPassword } from '../../../../../application/password/suggest-password.ts';
import { Secret } from '../../../../../domain/shared/secret.ts';
import { AS_ANYBODY, json, NO_QUERY, ok, refusals } from '../../openapi/responses.ts';
import { PasswordToRate, PasswordWish, RatedPassword, SuggestedPassword } from './schemas.ts';

const tags = ['passwords'];

/** Passwords of nobody in particular: made up, or read. Neither is stored or logged. */
export const passwordRoutes: FastifyPluginAsyncTypebox<{
  suggestPassword: SuggestPassword;
  ratePassword: RatePassword;
}> = async (app, { suggestPassword, ratePassword }) => {
  app.post(
    '/passwords',
    {
      schema: {
        operationId: 'suggestPassword',
        summary: 'Make up a password',
        description:
          'Each class of the complexity is in it, none above. `level` is what it checks as: with eight characters or more, complexity 1 checks as 2 and complexity 2 as 3.',
        tags,
        security: AS_ANYBODY,
        querystring: NO_QUERY,
        body: json(PasswordWish),
        response: { 200: ok('A password', SuggestedPassword), ...refusals('changing', 'password.recipe-invalid') },
      },
    },
    async (request) => {
      const { password, level } = suggestPassword.execute(request.body as { length: number; complexity: number });
      return { password: password.reveal(), level };
    },
  );

  app.post(
    '/passwords/level',
    {
      schema: {
        operationId: 'ratePassword',
        summary: 'Read the level of a password',
        description: 'It measures how varied a password is, not how hard it is to guess.',
        tags,
        security: AS_ANYBODY,
        querystring: NO_QUERY,
        body: json(PasswordToRate),
        response: { 200: ok('Its level', RatedPassword), ...refusals('changing') },
      },
    },
    async (request) => {
      const { password } = request.body as { password: string };
      return { level: ratePassword.execute(new Secret(password)) };
    },
  );
};
