import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import type { LicensePage } from '../../../../../application/license/list-licenses.ts';
import type { LicenseStatus } from '../../../../../domain/license/license-status.ts';
import { AS_ADMINISTRATOR, AS_USER, ok, refusals } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import type { SessionGuard } from '../../security/authenticate.ts';
import { callerOf } from '../../security/license-key.ts';
import { UserParams } from '../users/schemas.ts';
import { LicenseCursor } from './cursor.ts';
import { presentLicense } from './presenter.ts';
import { License, LicenseQuery, PageQuery } from './schemas.ts';
import type { LicenseUseCases } from './use-cases.ts';

const tags = ['licenses'];
const BY_ADMINISTRATOR = ['access.unauthenticated', 'access.forbidden'] as const;

const LINK = { Link: Type.String({ description: 'The next page, `rel="next"`; not there on the last one' }) };

/** Licenses, page by page. */
export const licenseListRoutes: FastifyPluginAsyncTypebox<LicenseUseCases & { guard: SessionGuard }> = async (
  app,
  { listLicenses, guard },
) => {
  app.get(
    '/users/:id/licenses',
    {
      schema: {
        operationId: 'listLicensesOfUser',
        summary: 'List somebody’s licenses, in the order they were issued',
        tags,
        security: AS_USER,
        params: UserParams,
        querystring: PageQuery,
        response: {
          200: ok('A page of licenses', Type.Array(License), LINK),
          ...refusals('reading', 'user.not-found', ...BY_ADMINISTRATOR),
        },
      },
    },
    async (request, reply) => {
      const caller = await callerOf(guard, request);
      const { limit = 50, cursor } = request.query;
      const userId = request.params.id;
      return sendPage(
        reply,
        `/users/${userId}/licenses`,
        { limit },
        await listLicenses.ofUser({
          caller,
          userId,
          limit,
          after: positionIn(cursor),
        }),
      );
    },
  );

  app.get(
    '/licenses',
    {
      schema: {
        operationId: 'listLicenses',
        summary: 'List all licenses',
        description:
          'In the order they were issued; in the order they end where `expires_before`, `status=expired` or `status=in_grace` asks about ends and `user_id` does not narrow it down.',
        tags,
        security: AS_ADMINISTRATOR,
        querystring: LicenseQuery,
        response: {
          200: ok('A page of licenses', Type.Array(License), LINK),
          ...refusals('reading', 'license.invalid', ...BY_ADMINISTRATOR),
        },
      },
    },
    async (request, reply) => {
      const caller = await callerOf(guard, request);
      const { cursor, limit = 50, ...filters } = request.query as Query;
      const { status, product, user_id: userId, expires_before: expiresBefore } = filters;
      const wish = { caller, limit, after: positionIn(cursor), status, product, userId, expiresBefore };
      return sendPage(reply, '/licenses', { limit, ...filters }, await listLicenses.ofAll(wish));
    },
  );
};

type Query = {
  limit?: number;
  cursor?: string;
  status?: LicenseStatus;
  product?: string;
  user_id?: string;
  expires_before?: string;
};

const positionIn = (cursor: string | undefined) => (cursor === undefined ? undefined : LicenseCursor.decode(cursor));

const sendPage = (
  reply: FastifyReply,
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  { licenses, next }: LicensePage,
) => {
  if (next !== undefined) {
    const entries = Object.entries({ ...query, cursor: LicenseCursor.encode(next) });
    const wanted = entries
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): Pair => [name, String(value)]);
    reply.header('link', `<${path}?${new URLSearchParams(wanted)}>; rel="next"`);
  }
  return reply.send(licenses.map(presentLicense));
};

type Pair = [string, string];
