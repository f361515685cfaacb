import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { ExportUser, UserExport } from '../../../../../application/user/export-user.ts';
import { Instant } from '../../../../../domain/shared/instant.ts';
import { ok, problems, userOr } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { IdParams, id, instant, named, orNull, Type } from '../../openapi/schema.ts';
import { sendDownload } from '../../request/download.ts';
import { presentAuditEntry } from '../audit/presenter.ts';
import { AuditEntry } from '../audit/schemas.ts';
import { presentActivation, presentLicense } from '../licenses/presenter.ts';
import { Activation, License } from '../licenses/schemas.ts';
import { presentSession } from '../sessions/presenter.ts';
import { Session } from '../sessions/schemas.ts';
import { presentUserRecord } from './presenter.ts';
import { UserRecord } from './schemas.ts';

export type ExportUseCases = Readonly<{ exportUser: ExportUser }>;

const { license_key: licenseKey, ...licenseFields } = License.properties;

const UserExportFile = named('UserExport', {
  exported_at: instant('Time of the export'),
  user: UserRecord,
  sessions: Type.Array(Session, { description: 'Live sessions in the order they began' }),
  licenses: Type.Array(
    named('ExportedLicense', {
      ...licenseFields,
      license_key: Type.Optional(
        Type.Unsafe<string>({ ...licenseKey, description: 'Only for the user, or with the scope `licenses:read`' }),
      ),
    }),
    { description: 'In the order of issue' },
  ),
  activations: Type.Array(
    named('ExportedActivation', {
      license_id: id,
      ...Activation.properties,
      last_seen_at: orNull(instant('Time of the last validation from the machine; null: none yet')),
    }),
    { description: 'Activated machines of these licenses' },
  ),
  audit: Type.Array(AuditEntry, { description: 'Entries about the account, newest first' }),
});

/** The export of the data of one person. */
export const exportRoutes: Routes<Options<ExportUseCases>> = async (app, { useCases, guard }) => {
  app.get(
    '/users/:id/export',
    {
      schema: {
        operationId: 'exportUser',
        summary: 'Export the data of a user',
        description:
          'Account, live sessions, licenses, activated machines and the audit log of a person, as a file. Takes a step-up. The audit log records it.',
        tags: ['users'],
        security: userOr('exports:read'),
        params: IdParams,
        response: {
          200: ok('The data', Type.Unsafe<Readable>(UserExportFile)),
          ...problems('user.not-found', 'access.step-up-required'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const { id: userId } = request.params;
      const data = await useCases.exportUser.execute({ caller, userId, client });
      return sendUserExport(reply, data);
    },
  );
};

/** Sends the file, while its lists are read. */
export const sendUserExport = (reply: FastifyReply, data: UserExport): FastifyReply =>
  sendDownload(reply, { name: 'account.json', type: 'application/json; charset=utf-8', content: fileOf(data) });

async function* fileOf(data: UserExport): AsyncGenerator<string> {
  const user = JSON.stringify(presentUserRecord(data.user));
  yield `{"exported_at":${JSON.stringify(Instant.format(data.exportedAt))},"user":${user}`;
  yield* listOf('sessions', data.sessions, presentSession);
  yield* listOf('licenses', data.licenses, (license) => ({
    ...presentLicense(license),
    ...(data.hidesLicenseKeys && { license_key: undefined }),
  }));
  yield* listOf('activations', data.activations, (activation) => ({
    license_id: activation.licenseId,
    ...presentActivation(activation),
    last_seen_at: Instant.formatOrNull(activation.lastSeenAt),
  }));
  yield* listOf('audit', data.audit, presentAuditEntry);
  yield '}';
}

async function* listOf<Item>(
  name: string,
  pages: AsyncIterable<readonly Item[]>,
  present: (item: Item) => unknown,
): AsyncGenerator<string> {
  yield `,"${name}":[`;
  let separator = '';
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield separator + page.map((item) => JSON.stringify(present(item))).join(',');
    separator = ',';
  }
  yield ']';
}
