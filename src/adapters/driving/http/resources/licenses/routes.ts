import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { LicenseChangeInput, LicenseTermsInput } from '../../../../../domain/license/license-terms.ts';
import { RequestError } from '../../errors/request-error.ts';
import { AS_ADMINISTRATOR, AS_USER, json, NO_QUERY, ok, refusals } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import { clientOf } from '../../request/client.ts';
import type { SessionGuard } from '../../security/authenticate.ts';
import { callerOf } from '../../security/license-key.ts';
import { UserParams } from '../users/schemas.ts';
import { presentLicense } from './presenter.ts';
import { License, LicenseChange, LicenseParams, NewLicense } from './schemas.ts';
import type { LicenseUseCases } from './use-cases.ts';

const tags = ['licenses'];
const BY_ADMINISTRATOR = ['access.unauthenticated', 'access.forbidden'] as const;

/** Issue, read and amend. Only translates; the rules are in domain/license. */
export const licenseRoutes: FastifyPluginAsyncTypebox<LicenseUseCases & { guard: SessionGuard }> = async (
  app,
  { issueLicense, readLicense, changeLicense, guard },
) => {
  app.post(
    '/users/:id/licenses',
    {
      schema: {
        operationId: 'issueLicense',
        summary: 'Give somebody a license',
        description: 'Everything may be left out: then it begins now, has no end and counts no machines.',
        tags,
        security: AS_ADMINISTRATOR,
        params: UserParams,
        querystring: NO_QUERY,
        body: json(NewLicense),
        response: {
          201: ok('The license', License, { Location: Type.String({ description: 'The new license' }) }),
          ...refusals('changing', 'user.not-found', 'license.invalid', 'license.key-taken', ...BY_ADMINISTRATOR),
        },
      },
    },
    async (request, reply) => {
      const caller = await callerOf(guard, request);
      const terms = request.body as LicenseTermsInput;
      const license = await issueLicense.execute({
        caller,
        userId: request.params.id,
        terms,
        client: clientOf(request),
      });
      return reply.code(201).header('location', `/licenses/${license.id}`).send(presentLicense(license));
    },
  );

  app.get(
    '/licenses/:id',
    {
      onRequest: refuseValidate,
      schema: {
        operationId: 'readLicense',
        summary: 'Read a license: one’s own, or any as an administrator',
        tags,
        security: AS_USER,
        params: LicenseParams,
        querystring: NO_QUERY,
        response: {
          200: ok('The license', License),
          ...refusals('reading', 'license.not-found', ...BY_ADMINISTRATOR),
        },
      },
    },
    async (request) => {
      const caller = await callerOf(guard, request);
      return presentLicense(await readLicense.execute({ caller, licenseId: request.params.id }));
    },
  );

  app.patch(
    '/licenses/:id',
    {
      onRequest: refuseValidate,
      schema: {
        operationId: 'amendLicense',
        summary: 'Change the terms of a license',
        description:
          'What is there is replaced, `metadata` and `entitlements` as a whole. The limit may fall below what is active.',
        tags,
        security: AS_ADMINISTRATOR,
        params: LicenseParams,
        querystring: NO_QUERY,
        body: json(LicenseChange),
        response: {
          200: ok('The license as it is now', License),
          ...refusals('changing', 'license.not-found', 'license.invalid', 'license.stale', ...BY_ADMINISTRATOR),
        },
      },
    },
    async (request) => {
      const caller = await callerOf(guard, request);
      const change = request.body as LicenseChangeInput;
      return presentLicense(
        await changeLicense.updateTerms({ caller, licenseId: request.params.id, change, client: clientOf(request) }),
      );
    },
  );
};

/** `/licenses/validate` is a path of its own, which takes POST and nothing else. */
async function refuseValidate(request: FastifyRequest): Promise<void> {
  if ((request.params as { id?: string }).id !== 'validate') return;
  throw new RequestError('request.method-not-allowed', 'This path takes POST.', { headers: { allow: 'POST' } });
}
