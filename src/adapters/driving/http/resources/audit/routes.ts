import type { Readable } from 'node:stream';
import type { ExportAuditLog } from '../../../../../application/audit/export-audit-log.ts';
import type { ReadAuditLog } from '../../../../../application/audit/read-audit-log.ts';
import { Instant } from '../../../../../domain/shared/instant.ts';
import { ok, problems, userOr, withScope } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { IdParams, Type } from '../../openapi/schema.ts';
import { idCursor } from '../../request/cursors.ts';
import { sendDownload } from '../../request/download.ts';
import { PageQuery, page, pageOfItems } from '../pagination.ts';
import { presentAuditEntry } from './presenter.ts';
import { AuditEntry, AuditHead, AuditQuery, ExportQuery } from './schemas.ts';

export type AuditUseCases = Readonly<{ readAuditLog: ReadAuditLog; exportAuditLog: ExportAuditLog }>;

const tags = ['audit log'];

export const auditRoutes: Routes<Options<AuditUseCases>> = async (app, { useCases, guard }) => {
  const { readAuditLog, exportAuditLog } = useCases;
  app.get(
    '/audit',
    {
      schema: {
        operationId: 'listAudit',
        summary: 'List the audit log',
        description: 'Newest first. A new entry has no `seq`, `prev` and `hash` for up to two seconds.',
        tags,
        security: withScope('audit:read'),
        querystring: AuditQuery,
        response: {
          200: pageOfItems('A page of entries', AuditEntry),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.authenticate(request);
      const { action, actor, subject, from, to, ...query } = request.query;
      const { request_id: requestId, actor_kind: actorKind, subject_kind: subjectKind } = query;
      const filter = { action, actor, actorKind, subject, subjectKind, requestId, from, to };
      const entries = await page(request, reply, idCursor, (position) =>
        readAuditLog.list({ caller, ...filter, ...position }),
      );
      return entries.map(presentAuditEntry);
    },
  );

  app.get(
    '/audit/head',
    {
      schema: {
        operationId: 'readAuditHead',
        summary: 'Get the head of the chain',
        description:
          'Keep number and hash elsewhere: with them `guildhall audit verify --head` detects a log that was rewritten.',
        tags,
        security: withScope('audit:read'),
        response: { 200: ok('The last sealed entry', AuditHead) },
      },
    },
    async (request) => {
      const { caller } = await guard.authenticate(request);
      const { seq, hash, at, unsealed } = await readAuditLog.head({ caller });
      return { seq, hash, at: at === undefined ? null : Instant.format(at), unsealed };
    },
  );

  app.get(
    '/audit/export',
    {
      schema: {
        operationId: 'exportAudit',
        summary: 'Export the audit log',
        description:
          'Sealed entries, oldest first, one JSON text on each line, from the first to the last of the period without gaps. Before them a line with the `anchor`, the entry before the first one; behind them a line with the `head` and `"complete":true`. `guildhall audit verify FILE` verifies it. Takes `exports:read` too.',
        tags,
        security: withScope('audit:read'),
        querystring: ExportQuery,
        response: {
          200: {
            description: 'The entries',
            content: {
              'application/x-ndjson': {
                schema: Type.Unsafe<Readable>({ type: 'string', minLength: 1, examples: ['{"anchor":{"seq":0}}\n'] }),
              },
            },
          },
          ...problems('access.step-up-required'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const { from, to } = request.query;
      const content = await exportAuditLog.execute({ caller, from, to, client });
      return sendDownload(reply, { name: 'audit.ndjson', type: 'application/x-ndjson', content });
    },
  );

  app.get(
    '/audit/:id',
    {
      schema: {
        operationId: 'readAuditEntry',
        summary: 'Get an entry of the audit log',
        tags,
        security: withScope('audit:read'),
        params: IdParams,
        response: {
          200: ok('The entry', AuditEntry),
          ...problems('audit.not-found'),
        },
      },
    },
    async (request) => {
      const { caller } = await guard.authenticate(request);
      return presentAuditEntry(await readAuditLog.get({ caller, id: request.params.id }));
    },
  );

  app.get(
    '/users/:id/audit',
    {
      schema: {
        operationId: 'listAuditOfUser',
        summary: 'List the entries about an account',
        description:
          'Newest first, also of a deleted account. Users need no scope for their own; they see staff and other persons without `id`, `ip` and `user_agent`.',
        tags,
        security: userOr('audit:read'),
        params: IdParams,
        querystring: PageQuery,
        response: {
          200: pageOfItems('A page of entries', AuditEntry),
          ...problems('user.not-found'),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.authenticate(request);
      const entries = await page(request, reply, idCursor, (position) =>
        readAuditLog.ofUser({ caller, userId: request.params.id, ...position }),
      );
      return entries.map(presentAuditEntry);
    },
  );
};
