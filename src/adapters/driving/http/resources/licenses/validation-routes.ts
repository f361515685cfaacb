import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { AS_ANYBODY, AS_LICENSE, json, NO_QUERY, ok, refusals } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import { clientOf } from '../../request/client.ts';
import type { SessionGuard } from '../../security/authenticate.ts';
import { callerOf } from '../../security/license-key.ts';
import { presentLicenseFile, presentValidation } from './presenter.ts';
import { Checkout, LicenseFile, LicenseParams, PublicKeys, ValidationAnswer, ValidationQuestion } from './schemas.ts';
import type { LicenseUseCases } from './use-cases.ts';

const tags = ['licenses'];

/** What applications ask: online by `validate`, offline by a file and the keys to check it with. */
export const validationRoutes: FastifyPluginAsyncTypebox<LicenseUseCases & { guard: SessionGuard }> = async (
  app,
  { validateLicense, checkOutLicense, listPublicKeys, guard },
) => {
  app.post(
    '/licenses/validate',
    {
      schema: {
        operationId: 'validateLicense',
        summary: 'May the software run?',
        description:
          'Always 200: a no is an answer, not an error. The codes are decided in the order in which they are listed; the first that applies is the answer.',
        tags,
        security: AS_ANYBODY,
        querystring: NO_QUERY,
        body: json(ValidationQuestion),
        response: { 200: ok('The answer', ValidationAnswer), ...refusals('changing', 'throttle.exceeded') },
      },
    },
    async (request, reply) => {
      const { license_key: licenseKey, nonce = null, ...asked } = request.body as Question;
      const answer = await validateLicense.execute({ licenseKey, ...asked, client: clientOf(request) });
      return reply.send(presentValidation(answer, nonce));
    },
  );

  app.post(
    '/licenses/:id/checkout',
    {
      schema: {
        operationId: 'checkOutLicense',
        summary: 'Get a license file for use offline',
        description:
          'A JWT that any JWT library verifies with the keys of `/.well-known/jwks.json`. It never lives longer than the license; a license that is not valid now, or only in grace, gets none. A license that counts machines needs the fingerprint of an activated one.',
        tags,
        security: AS_LICENSE,
        params: LicenseParams,
        querystring: NO_QUERY,
        body: json(Checkout),
        response: {
          200: ok('The license file', LicenseFile),
          ...refusals(
            'changing',
            'license.not-found',
            'license.state',
            'license.not-activated',
            'license.activation-limit',
            'license.invalid',
            'license-file.unavailable',
            'access.unauthenticated',
            'access.forbidden',
          ),
        },
      },
    },
    async (request, reply) => {
      const caller = await callerOf(guard, request);
      const wish = request.body as { fingerprint?: string; ttl?: number };
      const client = clientOf(request);
      const file = await checkOutLicense.execute({ caller, licenseId: request.params.id, ...wish, client });
      return reply.send(presentLicenseFile(file));
    },
  );

  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        operationId: 'listPublicKeys',
        summary: 'The keys to verify license files with',
        tags,
        security: AS_ANYBODY,
        querystring: NO_QUERY,
        response: {
          200: ok('The keys, the current one first', PublicKeys, {
            'Cache-Control': Type.String({ description: 'How long they may be kept' }),
          }),
          ...refusals('reading'),
        },
      },
    },
    async (_, reply) => {
      const keys = await listPublicKeys.execute();
      reply.header('cache-control', 'public, max-age=300');
      return reply.send({
        keys: keys.map(({ kid, publicKey: { kty, crv, x } }) => ({ kid, kty, crv, x, alg: 'EdDSA', use: 'sig' })),
      });
    },
  );
};

type Question = {
  license_key: string;
  fingerprint?: string;
  product?: string;
  entitlements?: string[];
  nonce?: string;
};
