import type { ReadAuditLog } from '../../../../application/audit/read-audit-log.ts';
import type { ListLicenses } from '../../../../application/license/list-licenses.ts';
import type { ExportList } from '../../../../application/system/export-list.ts';
import type { BanUser } from '../../../../application/user/ban-user.ts';
import type { EndSession } from '../../../../application/user/end-session.ts';
import type { ListSessions } from '../../../../application/user/list-sessions.ts';
import type { ListUsers } from '../../../../application/user/list-users.ts';
import type { ManageSecondFactor } from '../../../../application/user/manage-second-factor.ts';
import type { ReadUser } from '../../../../application/user/read-user.ts';
import type { RequestPasswordReset } from '../../../../application/user/request-password-reset.ts';
import type { UpdateUser } from '../../../../application/user/update-user.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { UserRecordView } from '../../../../ports/user-queries.ts';
import { type Cursor, idCursor, licenseCursor, searchCursor } from '../../http/request/cursors.ts';
import { readTimeline } from '../common/audit-words.ts';
import { sendCsv } from '../common/csv.ts';
import type { FormState } from '../common/form.ts';
import { PAGE_SIZE, type PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { banForm, nameForm } from './forms.ts';
import { accountPage, accountsPage } from './views.ts';

export type AccountsUseCases = Readonly<{
  listUsers: ListUsers;
  readUser: ReadUser;
  updateUser: UpdateUser;
  listSessions: ListSessions;
  endSession: EndSession;
  listLicenses: ListLicenses;
  banUser: BanUser;
  requestPasswordReset: RequestPasswordReset;
  manageSecondFactor: ManageSecondFactor;
  readAuditLog: ReadAuditLog;
  exportList: ExportList;
}>;

/** All accounts, for staff. */
export const accountsPages = (router: PageRouter, useCases: AccountsUseCases): void => {
  const { listUsers, readUser, updateUser, listSessions, endSession } = useCases;
  const { listLicenses, banUser, requestPasswordReset, manageSecondFactor, readAuditLog, exportList } = useCases;

  const showAccount = async (page: PageRequest, states: Readonly<{ rename?: FormState; ban?: FormState }> = {}) => {
    const { caller } = page;
    const user = await readUser.execute({ caller, userId: page.id() });
    const userId = UserId.parse(user.id);
    const of = { caller, userId, limit: PAGE_SIZE };
    const sessions = await listSessions.ofUser({ ...of, after: page.after(idCursor, 'sessions') });
    const licenses = page.can('licenses:read')
      ? await listLicenses.ofUser({ ...of, after: page.after(licenseCursor, 'licenses') })
      : undefined;
    const events = await readTimeline(page, { readAuditLog, listUsers }, { subjectKind: 'user', subject: userId });
    return accountPage(page, {
      user,
      sessions: { items: sessions.items, nextUrl: page.nextUrl(idCursor, sessions.next, 'sessions') },
      licenses: licenses && {
        items: licenses.items,
        nextUrl: page.nextUrl(licenseCursor, licenses.next, 'licenses'),
      },
      events,
      ...states,
    });
  };

  router.get('/console/accounts', 'staff', async (page) => {
    const { caller } = page;
    const search = page.query('q');
    const show = async <Position>(cursor: Cursor<Position>, read: Read<Position>) => {
      const { items, next } = await read({ limit: PAGE_SIZE, after: page.after(cursor) });
      return accountsPage(page, { users: items, search, nextUrl: page.nextUrl(cursor, next) });
    };
    if (search === undefined) return show(idCursor, (position) => listUsers.execute({ caller, ...position }));
    return show(searchCursor, (position) => listUsers.search({ caller, text: search, ...position }));
  });

  router.get('/console/accounts.csv', 'staff', async (page) => {
    const { caller, client } = page;
    const search = page.query('q');
    const request = { caller, client, list: 'accounts' } as const;
    const pages = await (search === undefined
      ? exportList.execute({
          ...request,
          read: (position: Position<string>) => listUsers.execute({ caller, ...position }),
        })
      : exportList.execute({
          ...request,
          read: (position: Position<SearchPosition>) => listUsers.search({ caller, text: search, ...position }),
        }));
    return sendCsv(page, 'accounts', COLUMNS, pages, (users) => users.map(cellsOf));
  });

  router.get('/console/accounts/:id', 'staff', (page) => showAccount(page));

  router.form('/console/accounts/:id/name', {
    access: 'staff',
    form: nameForm,
    view: (page, rename) => showAccount(page, { rename }),
    async submit(page, values) {
      const location = () => withNote(pathOf(page), 'name-changed');
      await updateUser.execute({
        caller: page.caller,
        userId: page.id(),
        change: { name: values.given('name') ?? null },
        idempotency: page.idempotency(location),
        client: page.client,
      });
      return location();
    },
  });

  router.form('/console/accounts/:id/sessions/:session/end', {
    access: 'staff',
    view: (page) => showAccount(page),
    async submit(page) {
      await endSession.execute({ caller: page.caller, sessionId: page.id('session'), client: page.client });
      return withNote(pathOf(page), 'session-ended');
    },
  });

  router.form('/console/accounts/:id/ban', {
    access: 'staff',
    form: banForm,
    view: (page, ban) => showAccount(page, { ban }),
    async submit(page, values) {
      const location = () => withNote(pathOf(page), 'banned');
      const idempotency = page.idempotency(location);
      const reason = values.given('reason');
      await banUser.ban({ ...page.by, userId: page.id(), idempotency, reason, replacesReason: false });
      return location();
    },
  });

  router.form('/console/accounts/:id/unban', {
    access: 'staff',
    view: (page) => showAccount(page),
    async submit(page) {
      const location = () => withNote(pathOf(page), 'unbanned');
      await banUser.unban({ ...page.by, userId: page.id(), idempotency: page.idempotency(location) });
      return location();
    },
  });

  router.form('/console/accounts/:id/second-factor/reset', {
    access: 'staff',
    view: (page) => showAccount(page),
    async submit(page) {
      await manageSecondFactor.reset({ ...page.by, userId: page.id() });
      return withNote(pathOf(page), 'factor-reset');
    },
  });

  router.form('/console/accounts/:id/reset', {
    access: 'staff',
    view: (page) => showAccount(page),
    async submit(page) {
      const { caller, client } = page;
      // Anyone may ask for a reset of an address that they know. Here it is found by a name.
      caller.require('users:write');
      const { email } = await readUser.execute({ caller, userId: page.id() });
      await requestPasswordReset.execute({ email, client });
      return withNote(pathOf(page), 'reset-sent');
    },
  });
};

type SearchPosition = NonNullable<Parameters<ListUsers['search']>[0]['after']>;
type Position<At> = Readonly<{ limit: number; after: At | undefined }>;
type Read<At> = (
  position: Position<At>,
) => Promise<Readonly<{ items: readonly UserRecordView[]; next: At | undefined }>>;

const pathOf = (page: PageRequest): string => `/console/accounts/${page.id()}`;

const COLUMNS = ['id', 'email', 'name', 'age', 'status', 'email_confirmed_at', 'created_at'];

const cellsOf = ({ id, email, name, age, ban, emailConfirmedAt, createdAt }: UserRecordView) => [
  id,
  email,
  name,
  age,
  ban === null ? 'active' : 'banned',
  emailConfirmedAt && Instant.format(emailConfirmedAt),
  Instant.format(createdAt),
];
