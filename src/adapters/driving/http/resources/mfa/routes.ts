import type { ManageSecondFactor } from '../../../../../application/user/manage-second-factor.ts';
import { Instant } from '../../../../../domain/shared/instant.ts';
import { Secret } from '../../../../../domain/shared/secret.ts';
import { AS_USER, empty, json, ok, problems, withScope } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { IdParams } from '../../openapi/schema.ts';
import { Code, NewSecondFactor, RecoveryCodes, SecondFactor } from './schemas.ts';

export type SecondFactorUseCases = Readonly<{ manageSecondFactor: ManageSecondFactor }>;

const tags = ['accounts'];

/** The second factor of the caller, and its removal for another user. */
export const secondFactorRoutes: Routes<Options<SecondFactorUseCases>> = async (app, { useCases, guard }) => {
  const { manageSecondFactor } = useCases;
  app.get(
    '/mfa',
    {
      schema: {
        operationId: 'readSecondFactor',
        summary: 'Get the own second factor',
        tags,
        security: AS_USER,
        response: { 200: ok('The second factor', SecondFactor), ...problems('access.unauthenticated') },
      },
    },
    async (request) => {
      const { caller } = await guard.authenticate(request);
      const { confirmedAt, recoveryCodesLeft, isRequired } = await manageSecondFactor.read({ caller });
      return {
        totp: confirmedAt === null ? null : { confirmed_at: Instant.format(confirmedAt) },
        recovery_codes_left: recoveryCodesLeft,
        required: isRequired,
      };
    },
  );

  app.post(
    '/mfa/totp',
    {
      config: { idempotencyKey: 'rejected' },
      schema: {
        operationId: 'beginSecondFactor',
        summary: 'Begin a second factor',
        description: 'Its first code confirms it within ten minutes. Replaces one that is pending.',
        tags,
        security: AS_USER,
        response: {
          201: ok('The pending second factor; the secret is not shown again', NewSecondFactor),
          ...problems(
            'access.unauthenticated',
            'access.step-up-required',
            'user.not-found',
            'mfa.already-set',
            'sealing.unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const { seed, uri } = await manageSecondFactor.begin({ caller, client });
      return reply.code(201).send({ secret: seed.reveal(), otpauth_uri: uri });
    },
  );

  app.put(
    '/mfa/totp',
    {
      schema: {
        operationId: 'confirmSecondFactor',
        summary: 'Confirm the pending second factor',
        description: 'Other sessions of the user end, and an email follows.',
        tags,
        security: AS_USER,
        body: json(Code),
        response: {
          200: ok('The recovery codes', RecoveryCodes),
          ...problems(
            'access.unauthenticated',
            'user.not-found',
            'mfa.not-pending',
            'mfa.refused',
            'throttle.exceeded',
            'sealing.unavailable',
          ),
        },
      },
    },
    async (request) => {
      const { caller, client } = await guard.authenticate(request);
      const code = new Secret(request.body.code);
      return { recovery_codes: [...(await manageSecondFactor.confirm({ caller, client, code }))] };
    },
  );

  app.post(
    '/mfa/recovery-codes',
    {
      config: { idempotencyKey: 'rejected' },
      schema: {
        operationId: 'replaceRecoveryCodes',
        summary: 'Replace the recovery codes',
        description: 'The old ones are void.',
        tags,
        security: AS_USER,
        response: {
          200: ok('The new recovery codes', RecoveryCodes),
          ...problems('access.unauthenticated', 'access.step-up-required', 'user.not-found', 'mfa.not-found'),
        },
      },
    },
    async (request) => {
      const { caller, client } = await guard.authenticate(request);
      return { recovery_codes: [...(await manageSecondFactor.replaceRecoveryCodes({ caller, client }))] };
    },
  );

  app.delete(
    '/mfa/totp',
    {
      schema: {
        operationId: 'removeSecondFactor',
        summary: 'Remove the own second factor',
        description: 'With its recovery codes. An email follows.',
        tags,
        security: AS_USER,
        response: {
          204: empty('Removed'),
          ...problems(
            'access.unauthenticated',
            'access.step-up-required',
            'user.not-found',
            'mfa.not-found',
            'mfa.required-here',
          ),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      await manageSecondFactor.remove({ caller, client });
      return reply.code(204).send();
    },
  );

  app.delete(
    '/users/:id/mfa',
    {
      schema: {
        operationId: 'resetSecondFactor',
        summary: 'Remove the second factor of a user who has lost it',
        description: 'With password and sessions. An email to set a new password follows.',
        tags,
        security: withScope('users:credentials'),
        params: IdParams,
        response: {
          204: empty('Removed'),
          ...problems('access.step-up-required', 'user.not-found', 'user.stale', 'mfa.not-found'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      await manageSecondFactor.reset({ caller, userId: request.params.id, client });
      return reply.code(204).send();
    },
  );
};
