import type { ExportAuditLog } from '../../../../application/audit/export-audit-log.ts';
import type { AuditPage, ReadAuditLog } from '../../../../application/audit/read-audit-log.ts';
import type { ListUsers } from '../../../../application/user/list-users.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { message } from '../../../../domain/shared/message.ts';
import { idCursor } from '../../http/request/cursors.ts';
import { isPerson } from '../common/audit-words.ts';
import { type FormState, isDay } from '../common/form.ts';
import { PAGE_SIZE, type PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { exportForm } from './forms.ts';
import { type AuditQuery, auditPage } from './views.ts';

export type AuditUseCases = Readonly<{
  readAuditLog: ReadAuditLog;
  exportAuditLog: ExportAuditLog;
  listUsers: ListUsers;
}>;

/** The audit log, for people with its scope. */
export const auditPages = (router: PageRouter, useCases: AuditUseCases): void => {
  const { readAuditLog, exportAuditLog, listUsers } = useCases;

  /** People are found by their address too. @returns `undefined`: there is no account with this address */
  const idOf = async ({ caller }: PageRequest, text: string | undefined): Promise<string | undefined> => {
    if (!text?.includes('@')) return text;
    return (await listUsers.execute({ caller, limit: 1, email: text })).items[0]?.id;
  };

  const find = async (page: PageRequest, query: AuditQuery): Promise<AuditPage> => {
    const { caller } = page;
    const [actor, subject] = [await idOf(page, query.actor), await idOf(page, query.subject)];
    const isNone = (query.actor && !actor) || (query.subject && !subject);
    if (isNone) return { items: [], next: undefined };
    return readAuditLog.list({
      ...query,
      caller,
      actor,
      subject,
      from: midnight('from', query.from),
      to: midnight('to', query.to),
      limit: PAGE_SIZE,
      after: page.after(idCursor),
    });
  };

  const showLog = async (page: PageRequest, exported?: FormState) => {
    const { caller } = page;
    const head = await readAuditLog.head({ caller });
    const query = queryOf(page);
    let found: AuditPage = { items: [], next: undefined };
    let fault: DomainError | undefined;
    try {
      found = await find(page, query);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'request.invalid')) throw error;
      fault = error;
      page.reply.code(400);
    }
    const ids = found.items.flatMap(({ entry }) => {
      const { actor, subject } = entry.toSnapshot();
      return [isPerson(actor) ? (actor.id ?? []) : [], subject.kind === 'user' ? (subject.id ?? []) : []].flat();
    });
    const people = await listUsers.ofIds({ caller, ids });
    const nextUrl = page.nextUrl(idCursor, found.next);
    return auditPage(page, {
      choices: readAuditLog.choices,
      entries: found.items,
      people,
      head,
      query,
      fault,
      nextUrl,
      exported,
    });
  };

  router.get('/console/audit', 'staff', (page) => showLog(page));

  router.form('/console/audit/export', {
    access: 'staff',
    form: exportForm,
    view: showLog,
    async submit(page, values) {
      const period = { from: values.date('from'), to: values.date('to') };
      const content = await exportAuditLog.execute({ ...page.by, ...period });
      return page.download('audit.ndjson', 'application/x-ndjson', content);
    },
  });
};

const queryOf = (page: PageRequest): AuditQuery => ({
  action: page.query('action'),
  actor: page.query('actor'),
  actorKind: page.query('actor_kind'),
  subject: page.query('subject'),
  requestId: page.query('request_id'),
  from: page.query('from'),
  to: page.query('to'),
});

/** @throws {DomainError} request.invalid: it is no day */
const midnight = (name: 'from' | 'to', day: string | undefined): string | undefined => {
  if (day === undefined || isDay(day)) return day && `${day}T00:00:00Z`;
  throw new DomainError('request.invalid', message`${name} must be a day such as 2027-01-31, from 1970 to 9998.`);
};
