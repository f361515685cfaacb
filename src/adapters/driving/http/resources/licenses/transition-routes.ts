import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { RenewalInput } from '../../../../../domain/license/renewal.ts';
import { AS_ADMINISTRATOR, json, NO_QUERY, ok, refusals } from '../../openapi/responses.ts';
import { clientOf } from '../../request/client.ts';
import type { SessionGuard } from '../../security/authenticate.ts';
import { callerOf } from '../../security/license-key.ts';
import { presentLicense } from './presenter.ts';
import { License, LicenseParams, Renewal } from './schemas.ts';
import type { LicenseUseCases } from './use-cases.ts';

const tags = ['licenses'];

const MOVES = {
  suspend: 'Suspend an active license',
  reinstate: 'Reinstate a suspended license',
  revoke: 'Revoke a license for ever; it stays on record',
} as const;

const REFUSALS = [
  'license.not-found',
  'license.state',
  'license.stale',
  'access.unauthenticated',
  'access.forbidden',
] as const;

/** What an administrator does with a license in the course of its life. */
export const licenseMoveRoutes: FastifyPluginAsyncTypebox<LicenseUseCases & { guard: SessionGuard }> = async (
  app,
  { changeLicense, guard },
) => {
  for (const move of Object.keys(MOVES) as (keyof typeof MOVES)[]) {
    app.post(
      `/licenses/:id/${move}`,
      {
        schema: {
          operationId: `${move}License`,
          summary: MOVES[move],
          tags,
          security: AS_ADMINISTRATOR,
          params: LicenseParams,
          querystring: NO_QUERY,
          response: { 200: ok('The license as it is now', License), ...refusals('changing', ...REFUSALS) },
        },
      },
      async (request) => {
        const caller = await callerOf(guard, request);
        const { id: licenseId } = request.params as { id: string };
        return presentLicense(await changeLicense[move]({ caller, licenseId, client: clientOf(request) }));
      },
    );
  }

  app.post(
    '/licenses/:id/renew',
    {
      schema: {
        operationId: 'renewLicense',
        summary: 'Move the end of a license further away',
        tags,
        security: AS_ADMINISTRATOR,
        params: LicenseParams,
        querystring: NO_QUERY,
        body: json(Renewal),
        response: {
          200: ok('The license as it is now', License),
          ...refusals('changing', 'license.invalid', ...REFUSALS),
        },
      },
    },
    async (request) => {
      const caller = await callerOf(guard, request);
      const renewal = request.body as RenewalInput;
      return presentLicense(
        await changeLicense.renew({ caller, licenseId: request.params.id, renewal, client: clientOf(request) }),
      );
    },
  );
};
