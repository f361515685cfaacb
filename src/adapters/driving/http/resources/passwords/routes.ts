import type { RatePassword } from '../../../../../application/password/rate-password.ts';
import type { SuggestPassword } from '../../../../../application/password/suggest-password.ts';
import { Secret } from '../../../../../domain/shared/secret.ts';
import { ANONYMOUS, json, ok, problems } from '../../openapi/responses.ts';
import type { Routes } from '../../openapi/routes.ts';
import { GeneratedPassword, PasswordLevel, PasswordRecipe, PasswordToRate } from './schemas.ts';

export type PasswordUseCases = Readonly<{ suggestPassword: SuggestPassword; ratePassword: RatePassword }>;

const tags = ['passwords'];

/** Generates and rates passwords of no account. They are neither stored nor logged. */
export const passwordRoutes: Routes<{ useCases: PasswordUseCases }> = async (app, { useCases }) => {
  const { suggestPassword, ratePassword } = useCases;
  app.post(
    '/passwords',
    {
      schema: {
        operationId: 'generatePassword',
        summary: 'Generate a password',
        description:
          'The password has characters of each class of `complexity` and of no class above. `level` is its rating: with 8 or more characters, complexity 1 rates as 2 and complexity 2 as 3.',
        tags,
        security: ANONYMOUS,
        body: json(PasswordRecipe),
        response: { 200: ok('The password', GeneratedPassword), ...problems('password.recipe-invalid') },
      },
    },
    async (request) => {
      const { password, level } = suggestPassword.execute(request.body);
      return { password: password.reveal(), level };
    },
  );

  app.post(
    '/passwords/level',
    {
      schema: {
        operationId: 'ratePassword',
        summary: 'Rate a password',
        description: 'The level measures the variety of characters, not how hard the password is to guess.',
        tags,
        security: ANONYMOUS,
        body: json(PasswordToRate),
        response: { 200: ok('The level', PasswordLevel) },
      },
    },
    async (request) => ({ level: ratePassword.execute(new Secret(request.body.password)) }),
  );
};
