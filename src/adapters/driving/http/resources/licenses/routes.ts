import type { Static } from 'typebox';
import type { ChangeLicense } from '../../../../../application/license/change-license.ts';
import type { IssueLicense } from '../../../../../application/license/issue-license.ts';
import type { LicenseView } from '../../../../../application/license/license-view.ts';
import type { ListLicenses } from '../../../../../application/license/list-licenses.ts';
import type { MailLicenseKey } from '../../../../../application/license/mail-license-key.ts';
import type { ReadLicense } from '../../../../../application/license/read-license.ts';
import type { LicenseChangeInput } from '../../../../../domain/license/license-terms.ts';
import { ETAG, json, LOCATION, ok, problems, REPLAYED, userOr, withScope } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { IdParams } from '../../openapi/schema.ts';
import { acceptedVersions, setVersion } from '../../request/conditions.ts';
import { licenseCursor } from '../../request/cursors.ts';
import { type Answer, idempotencyOf, sendAnswer } from '../../request/idempotency.ts';
import { authenticate } from '../../security/license-key.ts';
import { PageQuery, page, pageOfItems } from '../pagination.ts';
import { presentLicense } from './presenter.ts';
import { License, LicenseChange, LicenseMailed, LicenseQuery, LookupRequest, NewLicense } from './schemas.ts';
import { changedLicense } from './transition-routes.ts';

export type LicenseUseCases = Readonly<{
  issueLicense: IssueLicense;
  mailLicenseKey: MailLicenseKey;
  readLicense: ReadLicense;
  changeLicense: ChangeLicense;
  listLicenses: ListLicenses;
}>;

const tags = ['licenses'];

const issuedLicense = (license: LicenseView): Answer => ({
  ...changedLicense(license),
  status: 201,
  location: `/licenses/${license.id}`,
});

const keyMailed = (): Answer => ({ status: 202, body: { message: 'The license key is on its way.' } });

export const licenseRoutes: Routes<Options<LicenseUseCases>> = async (app, { useCases, guard }) => {
  const { issueLicense, mailLicenseKey, readLicense, changeLicense, listLicenses } = useCases;
  app.post(
    '/users/:id/licenses',
    {
      config: { idempotencyKey: 'taken' },
      schema: {
        operationId: 'issueLicense',
        summary: 'Issue a license',
        description:
          'All fields are optional: by default the license starts now, is unlimited in time and in machines. With `notify` the owner gets the key by email; then the owner must not be one that `POST /licenses/{id}/mail` rejects.',
        tags,
        security: withScope('licenses:write'),
        params: IdParams,
        body: json(NewLicense),
        response: {
          201: ok('The license', License, { ...LOCATION, ...ETAG, ...REPLAYED }),
          ...problems(
            'user.not-found',
            'user.state',
            'license.invalid',
            'license.key-taken',
            'token.product-refused',
            'throttle.exceeded',
          ),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await authenticate(guard, request);
      const { notify, ...terms } = request.body;
      const license = await issueLicense.execute({
        caller,
        userId: request.params.id,
        terms: termsFrom(terms),
        notify,
        idempotency: idempotencyOf(request, caller, issuedLicense),
        client,
      });
      return sendAnswer(reply, issuedLicense(license));
    },
  );

  app.get(
    '/users/:id/licenses',
    {
      schema: {
        operationId: 'listLicensesOfUser',
        summary: 'List the licenses of a user',
        description: 'In the order of their issue. Users need no scope for their own.',
        tags,
        security: userOr('licenses:read'),
        params: IdParams,
        querystring: PageQuery,
        response: {
          200: pageOfItems('A page of licenses', License),
          ...problems('user.not-found'),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await authenticate(guard, request);
      const licenses = await page(request, reply, licenseCursor, (position) =>
        listLicenses.ofUser({ caller, userId: request.params.id, ...position }),
      );
      return licenses.map(presentLicense);
    },
  );

  app.get(
    '/licenses',
    {
      schema: {
        operationId: 'listLicenses',
        summary: 'List licenses',
        description:
          'In the order of their issue; with `expires_before`, `status=expired` or `status=in_grace` and without `user_id` in the order of their ends.',
        tags,
        security: withScope('licenses:read'),
        querystring: LicenseQuery,
        response: {
          200: pageOfItems('A page of licenses', License),
          ...problems('license.invalid'),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await authenticate(guard, request);
      const { status, product, user_id: userId, expires_before: expiresBefore } = request.query;
      const licenses = await page(request, reply, licenseCursor, (position) =>
        listLicenses.ofAll({ caller, ...position, status, product, userId, expiresBefore }),
      );
      return licenses.map(presentLicense);
    },
  );

  app.get(
    '/licenses/:id',
    {
      schema: {
        operationId: 'readLicense',
        summary: 'Get a license',
        description: 'Owners need no scope for their own.',
        tags,
        security: userOr('licenses:read'),
        params: IdParams,
        response: {
          200: ok('The license', License, ETAG),
          ...problems('license.not-found'),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await authenticate(guard, request);
      const license = await readLicense.execute({ caller, licenseId: request.params.id });
      return setVersion(reply, license).send(presentLicense(license));
    },
  );

  app.post(
    '/licenses/lookup',
    {
      schema: {
        operationId: 'lookUpLicense',
        summary: 'Look up a license by its key',
        description: 'Unlike a validation it is neither counted nor recorded.',
        tags,
        security: withScope('licenses:read'),
        body: json(LookupRequest),
        response: {
          200: ok('The license', License),
          ...problems('license.key-malformed', 'license.not-found'),
        },
      },
    },
    async (request) => {
      const { caller } = await authenticate(guard, request);
      return presentLicense(await readLicense.byKey({ caller, licenseKey: request.body.license_key }));
    },
  );

  app.post(
    '/licenses/:id/mail',
    {
      config: { idempotencyKey: 'taken' },
      schema: {
        operationId: 'mailLicenseKey',
        summary: 'Send the license key to the owner by email',
        description:
          'Not that of a revoked license, and not to a banned owner. Unless `REGISTRATION` is `open`, the owner must have confirmed the address. An owner gets at most 60 such emails an hour.',
        tags,
        security: withScope('licenses:write'),
        params: IdParams,
        response: {
          202: ok('An email is on its way', LicenseMailed, REPLAYED),
          ...problems('license.not-found', 'license.state', 'user.state', 'throttle.exceeded'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await authenticate(guard, request);
      await mailLicenseKey.execute({
        caller,
        licenseId: request.params.id,
        idempotency: idempotencyOf(request, caller, keyMailed),
        client,
      });
      return sendAnswer(reply, keyMailed());
    },
  );

  app.patch(
    '/licenses/:id',
    {
      config: { takesIfMatch: true, idempotencyKey: 'taken' },
      schema: {
        operationId: 'updateLicense',
        summary: 'Update the terms of a license',
        description:
          'Replaces the fields that are sent, `metadata` and `entitlements` as a whole. `max_activations` may be lower than the number of activations. `starts_at` can change only while the license is scheduled.',
        tags,
        security: withScope('licenses:write'),
        params: IdParams,
        body: json(LicenseChange),
        response: {
          200: ok('The updated license', License, { ...ETAG, ...REPLAYED }),
          ...problems(
            'license.not-found',
            'license.invalid',
            'license.state',
            'license.stale',
            'token.product-refused',
          ),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await authenticate(guard, request);
      const input = {
        caller,
        licenseId: request.params.id,
        change: termsFrom(request.body),
        acceptedVersions: acceptedVersions(request),
        idempotency: idempotencyOf(request, caller, changedLicense),
        client,
      };
      return sendAnswer(reply, changedLicense(await changeLicense.updateTerms(input)));
    },
  );
};

/** Of a change, or of a new license, which has the same fields. */
const termsFrom = (body: Static<typeof LicenseChange>): LicenseChangeInput => {
  const { starts_at: startsAt, expires_at: expiresAt, grace_days: graceDays, ...rest } = body;
  const { max_activations: maxActivations, ...others } = rest;
  return { ...others, startsAt, expiresAt, graceDays, maxActivations };
};
