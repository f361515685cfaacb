import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { AS_LICENSE, json, NO_QUERY, nothing, ok, refusals } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import type { SessionGuard } from '../../security/authenticate.ts';
import { callerOf } from '../../security/license-key.ts';
import { ActivationCursor } from './cursor.ts';
import { presentActivation } from './presenter.ts';
import { Activation, ActivationParams, LicenseParams, NewActivation, PageQuery } from './schemas.ts';
import type { LicenseUseCases } from './use-cases.ts';

const tags = ['licenses'];
const ALWAYS = ['license.not-found', 'access.unauthenticated', 'access.forbidden'] as const;

/** The machines that have a seat on a license. */
export const activationRoutes: FastifyPluginAsyncTypebox<LicenseUseCases & { guard: SessionGuard }> = async (
  app,
  { activateLicense, deactivateLicense, listActivations, guard },
) => {
  app.put(
    '/licenses/:id/activations/:fingerprint',
    {
      schema: {
        operationId: 'activateLicense',
        summary: 'Activate a machine',
        description:
          'Repeating it is harmless, also when all activations are taken; a name that is sent along replaces the one before.',
        tags,
        security: AS_LICENSE,
        params: ActivationParams,
        querystring: NO_QUERY,
        body: json(NewActivation),
        response: {
          200: ok('The machine was activated before', Activation),
          201: ok('The machine is activated', Activation),
          ...refusals(
            'changing',
            'license.state',
            'license.activation-limit',
            'license.invalid',
            'license.stale',
            ...ALWAYS,
          ),
        },
      },
    },
    async (request, reply) => {
      const caller = await callerOf(guard, request);
      const { id: licenseId, fingerprint } = request.params;
      const { name } = request.body as { name?: string | null };
      const { activation, isNew } = await activateLicense.execute({ caller, licenseId, fingerprint, name });
      return reply.code(isNew ? 201 : 200).send(presentActivation(activation));
    },
  );

  app.get(
    '/licenses/:id/activations',
    {
      schema: {
        operationId: 'listActivations',
        summary: 'List the activated machines, in the order of their fingerprints',
        tags,
        security: AS_LICENSE,
        params: LicenseParams,
        querystring: PageQuery,
        response: {
          200: ok('A page of machines', Type.Array(Activation), {
            Link: Type.String({ description: 'The next page, `rel="next"`; not there on the last one' }),
          }),
          ...refusals('reading', ...ALWAYS),
        },
      },
    },
    async (request, reply) => {
      const caller = await callerOf(guard, request);
      const { limit = 50, cursor } = request.query;
      const after = cursor === undefined ? undefined : ActivationCursor.decode(cursor);
      const licenseId = request.params.id;
      const { activations, next } = await listActivations.execute({ caller, licenseId, limit, after });
      if (next !== undefined) {
        const query = new URLSearchParams({ limit: String(limit), cursor: ActivationCursor.encode(next) });
        reply.header('link', `</licenses/${licenseId}/activations?${query}>; rel="next"`);
      }
      return reply.send(activations.map(presentActivation));
    },
  );

  app.delete(
    '/licenses/:id/activations/:fingerprint',
    {
      schema: {
        operationId: 'deactivateLicense',
        summary: 'Give the seat of a machine back',
        tags,
        security: AS_LICENSE,
        params: ActivationParams,
        querystring: NO_QUERY,
        response: {
          204: nothing('The seat is free'),
          ...refusals('changing', 'activation.not-found', 'license.stale', ...ALWAYS),
        },
      },
    },
    async (request, reply) => {
      const caller = await callerOf(guard, request);
      const { id: licenseId, fingerprint } = request.params;
      await deactivateLicense.execute({ caller, licenseId, fingerprint });
      return reply.code(204).send();
    },
  );
};
