import type { ChangeLicense } from '../../../../../application/license/change-license.ts';
import type { LicenseView } from '../../../../../application/license/license-view.ts';
import { ETAG, json, ok, problems, REPLAYED, withScope } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { IdParams } from '../../openapi/schema.ts';
import { acceptedVersions } from '../../request/conditions.ts';
import { answerToChange, idempotencyOf, sendAnswer } from '../../request/idempotency.ts';
import { authenticate } from '../../security/license-key.ts';
import { presentLicense } from './presenter.ts';
import { License, Renewal } from './schemas.ts';

export type TransitionUseCases = Readonly<{ changeLicense: ChangeLicense }>;

const tags = ['licenses'];

const TRANSITIONS = {
  suspend: 'Suspend an active license',
  reinstate: 'Reinstate a suspended license',
  revoke: 'Revoke a license permanently; takes a step-up',
} as const;

const TRANSITION_NAMES = ['suspend', 'reinstate', 'revoke'] as const;

const COMMON_PROBLEMS = ['license.not-found', 'license.state', 'license.stale'] as const;

/** The response to a change. */
export const changedLicense = answerToChange<LicenseView>(presentLicense);

/** Suspend, reinstate, revoke and renew. */
export const transitionRoutes: Routes<Options<TransitionUseCases>> = async (app, { useCases, guard }) => {
  const { changeLicense } = useCases;
  for (const transition of TRANSITION_NAMES) {
    app.post(
      `/licenses/:id/${transition}`,
      {
        config: { takesIfMatch: true, idempotencyKey: 'taken' },
        schema: {
          operationId: `${transition}License`,
          summary: TRANSITIONS[transition],
          tags,
          security: withScope(transition === 'revoke' ? 'licenses:revoke' : 'licenses:write'),
          params: IdParams,
          response: {
            200: ok('The updated license', License, { ...ETAG, ...REPLAYED }),
            ...problems(...COMMON_PROBLEMS, ...(transition === 'revoke' ? (['access.step-up-required'] as const) : [])),
          },
        },
      },
      async (request, reply) => {
        const { caller, client } = await authenticate(guard, request);
        const license = await changeLicense[transition]({
          caller,
          licenseId: request.params.id,
          acceptedVersions: acceptedVersions(request),
          idempotency: idempotencyOf(request, caller, changedLicense),
          client,
        });
        return sendAnswer(reply, changedLicense(license));
      },
    );
  }

  app.post(
    '/licenses/:id/renew',
    {
      config: { takesIfMatch: true, idempotencyKey: 'taken' },
      schema: {
        operationId: 'renewLicense',
        summary: 'Renew a license',
        tags,
        security: withScope('licenses:write'),
        params: IdParams,
        body: json(Renewal),
        response: {
          200: ok('The updated license', License, { ...ETAG, ...REPLAYED }),
          ...problems('license.invalid', 'user.state', ...COMMON_PROBLEMS),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await authenticate(guard, request);
      const license = await changeLicense.renew({
        caller,
        licenseId: request.params.id,
        renewal: { expiresAt: request.body.expires_at, days: request.body.days },
        acceptedVersions: acceptedVersions(request),
        idempotency: idempotencyOf(request, caller, changedLicense),
        client,
      });
      return sendAnswer(reply, changedLicense(license));
    },
  );
};
