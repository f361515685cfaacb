import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { RegisterUser } from '../../../../../application/user/register-user.ts';
import { Secret } from '../../../../../domain/shared/secret.ts';
import { AS_ANYBODY, json, NO_QUERY, ok, refusals } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import { clientOf } from '../../request/client.ts';
import { presentUser } from './presenter.ts';
import { Registration, User } from './schemas.ts';

/** The front door. */
export const registrationRoutes: FastifyPluginAsyncTypebox<{ registerUser: RegisterUser }> = async (
  app,
  { registerUser },
) => {
  app.post(
    '/register',
    {
      schema: {
        operationId: 'register',
        summary: 'Open an account',
        description: 'A welcome mail follows. Registering does not log in.',
        tags: ['accounts'],
        security: AS_ANYBODY,
        querystring: NO_QUERY,
        body: json(Registration),
        response: {
          201: ok('The account is open', User, { Location: Type.String({ description: 'The new user' }) }),
          ...refusals('changing', 'user.email-taken', 'user.invalid', 'throttle.exceeded', 'hashing.busy'),
        },
      },
    },
    async (request, reply) => {
      const { password, ...rest } = request.body as { email: string; password: string; age: number; name?: string };
      const user = await registerUser.execute({ ...rest, password: new Secret(password), client: clientOf(request) });
      return reply.code(201).header('location', `/users/${user.id}`).send(presentUser(user));
    },
  );
};
