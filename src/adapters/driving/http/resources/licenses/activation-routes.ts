import type { ActivateLicense } from '../../../../../application/license/activate-license.ts';
import type { DeactivateLicense } from '../../../../../application/license/deactivate-license.ts';
import type { ListActivations } from '../../../../../application/license/list-activations.ts';
import { empty, json, licenseOr, ok, problems } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { IdParams } from '../../openapi/schema.ts';
import { activationCursor } from '../../request/cursors.ts';
import { authenticate } from '../../security/license-key.ts';
import { PageQuery, page, pageOfItems } from '../pagination.ts';
import { presentActivation } from './presenter.ts';
import { Activation, ActivationParams, NewActivation } from './schemas.ts';

export type ActivationUseCases = Readonly<{
  activateLicense: ActivateLicense;
  deactivateLicense: DeactivateLicense;
  listActivations: ListActivations;
}>;

const tags = ['licenses'];
export const activationRoutes: Routes<Options<ActivationUseCases>> = async (app, { useCases, guard }) => {
  const { activateLicense, deactivateLicense, listActivations } = useCases;
  app.put(
    '/licenses/:id/activations/:fingerprint',
    {
      schema: {
        operationId: 'activateLicense',
        summary: 'Activate a machine',
        description: 'Idempotent, also when all activations are taken. A `name` replaces the earlier one.',
        tags,
        security: licenseOr('licenses:write'),
        params: ActivationParams,
        body: json(NewActivation),
        response: {
          200: ok('The machine was already activated', Activation),
          201: ok('The machine was activated', Activation),
          ...problems(
            'license.state',
            'license.activation-limit',
            'license.invalid',
            'license.stale',
            'throttle.exceeded',
            'license.not-found',
          ),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await authenticate(guard, request);
      const { id: licenseId, fingerprint } = request.params;
      const { name } = request.body;
      const { activation, isNew } = await activateLicense.execute({
        caller,
        licenseId,
        fingerprint,
        name,
        client,
      });
      return reply.code(isNew ? 201 : 200).send(presentActivation(activation));
    },
  );

  app.get(
    '/licenses/:id/activations',
    {
      schema: {
        operationId: 'listActivations',
        summary: 'List the activations of a license',
        description: 'In the order of their fingerprints.',
        tags,
        security: licenseOr('licenses:read'),
        params: IdParams,
        querystring: PageQuery,
        response: {
          200: pageOfItems('A page of activations', Activation),
          ...problems('license.not-found'),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await authenticate(guard, request);
      const licenseId = request.params.id;
      const activations = await page(request, reply, activationCursor, (position) =>
        listActivations.execute({ caller, licenseId, ...position }),
      );
      return activations.map(presentActivation);
    },
  );

  app.delete(
    '/licenses/:id/activations/:fingerprint',
    {
      schema: {
        operationId: 'deactivateLicense',
        summary: 'Deactivate a machine',
        tags,
        security: licenseOr('licenses:write'),
        params: ActivationParams,
        response: {
          204: empty('Deactivated'),
          ...problems('activation.not-found', 'license.stale', 'license.not-found'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await authenticate(guard, request);
      const { id: licenseId, fingerprint } = request.params;
      await deactivateLicense.execute({ caller, licenseId, fingerprint, client });
      return reply.code(204).send();
    },
  );
};
