import { hash } from 'node:crypto';
import type { CheckOutLicense } from '../../../../../application/license/check-out-license.ts';
import type { ListPublicKeys } from '../../../../../application/license/list-public-keys.ts';
import type { ValidateLicense } from '../../../../../application/license/validate-license.ts';
import { ANONYMOUS, empty, json, licenseOr, ok, problems } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { IdParams, oneOf, Type } from '../../openapi/schema.ts';
import { clientOf } from '../../request/client.ts';
import { isUnchanged } from '../../request/conditions.ts';
import { authenticate } from '../../security/license-key.ts';
import { presentLicenseFile, presentPublicKey, presentValidation } from './presenter.ts';
import { CheckoutRequest, JsonWebKeySet, LicenseFile, Validation, ValidationRequest } from './schemas.ts';

export type ValidationUseCases = Readonly<{
  validateLicense: ValidateLicense;
  checkOutLicense: CheckOutLicense;
  listPublicKeys: ListPublicKeys;
}>;

const tags = ['licenses'];

/** Validation online, and offline with a license file and the public keys. */
export const validationRoutes: Routes<Options<ValidationUseCases>> = async (app, { useCases, guard }) => {
  const { validateLicense, checkOutLicense, listPublicKeys } = useCases;
  app.post(
    '/licenses/validate',
    {
      schema: {
        operationId: 'validateLicense',
        summary: 'Validate a license key',
        description:
          'The status is 200 also where the license is not valid. The codes are decided in the order in which they are listed; the first one that applies is returned.',
        tags,
        security: ANONYMOUS,
        body: json(ValidationRequest),
        response: { 200: ok('The result', Validation), ...problems('throttle.exceeded') },
      },
    },
    async (request) => {
      const { license_key: licenseKey, nonce = null, ...rest } = request.body;
      return presentValidation(
        await validateLicense.execute({ licenseKey, ...rest, client: clientOf(request) }),
        nonce,
      );
    },
  );

  app.post(
    '/licenses/:id/checkout',
    {
      schema: {
        operationId: 'checkOutLicense',
        summary: 'Check out a license file',
        description:
          'For offline use: a JWT that any JWT library verifies with the keys of `/.well-known/jwks.json`. It does not outlive the license. The license must be valid and not in grace; if it limits activations, `fingerprint` must be that of an activated machine.',
        tags,
        security: licenseOr('licenses:write'),
        params: IdParams,
        body: json(CheckoutRequest),
        response: {
          200: ok('The license file', LicenseFile),
          ...problems(
            'license.not-found',
            'license.state',
            'license.not-activated',
            'license.activation-limit',
            'license.invalid',
            'license-file.unavailable',
          ),
        },
      },
    },
    async (request) => {
      const { caller, client } = await authenticate(guard, request);
      const input = { caller, licenseId: request.params.id, ...request.body, client };
      return presentLicenseFile(await checkOutLicense.execute(input));
    },
  );

  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        operationId: 'listPublicKeys',
        summary: 'List the public keys',
        description: 'For the verification of license files.',
        tags,
        security: ANONYMOUS,
        response: {
          200: ok('The keys, the current one first, also one that begins to sign within minutes', JsonWebKeySet, {
            'Cache-Control': oneOf(['public, max-age=300', 'no-store'], {
              description: 'Time that the keys may be cached; no-store where there is none yet',
            }),
            ETag: Type.String({
              pattern: '^".+"$',
              description: 'For `If-None-Match`',
              examples: ['"2jmj7l5rSw0yVb_vlWAYkK_YBwk4S1cPnZ0T9fXh8aM"'],
            }),
          }),
          304: empty('The keys are those of the `ETag` in `If-None-Match`'),
        },
      },
    },
    async (request, reply) => {
      const keys = await listPublicKeys.execute();
      // Without a key there may be one at any time. A new key signs once every cached response contains it.
      reply.header('cache-control', keys.length === 0 ? 'no-store' : 'public, max-age=300');
      const body = { keys: keys.map(presentPublicKey) };
      const etag = `"${hash('sha256', JSON.stringify(body), 'base64url')}"`;
      reply.header('etag', etag);
      return isUnchanged(request, etag) ? reply.code(304).send() : reply.send(body);
    },
  );
};
