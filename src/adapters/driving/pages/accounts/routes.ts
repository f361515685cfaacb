import type { EndSession } from '../../../../application/user/end-session.ts';
import type { ListSessions } from '../../../../application/user/list-sessions.ts';
import type { ListUsers } from '../../../../application/user/list-users.ts';
import type { ReadUser } from '../../../../application/user/read-user.ts';
import type { UpdateUser } from '../../../../application/user/update-user.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import { idCursor } from '../../http/request/cursors.ts';
import { emptyForm, type FormState } from '../common/form.ts';
import { PAGE_SIZE, type PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { nameForm } from './forms.ts';
import { accountPage, accountsPage } from './views.ts';

export type AccountsUseCases = Readonly<{
  listUsers: ListUsers;
  readUser: ReadUser;
  updateUser: UpdateUser;
  listSessions: ListSessions;
  endSession: EndSession;
}>;

/** All accounts, for staff. */
export const accountsPages = (router: PageRouter, useCases: AccountsUseCases): void => {
  const { listUsers, readUser, updateUser, listSessions, endSession } = useCases;
  const showAccount = async (page: PageRequest, rename?: FormState) => {
    const { caller } = page;
    const user = await readUser.execute({ caller, userId: page.id() });
    const { items: sessions } = await listSessions.ofUser({ caller, userId: UserId.parse(user.id), limit: PAGE_SIZE });
    return accountPage(page, { user, sessions, ...(rename && { rename }) });
  };

  router.get('/console/accounts', 'staff', async (page) => {
    const search = page.query('q');
    const { items, next } = await listUsers.execute({
      caller: page.caller,
      limit: PAGE_SIZE,
      after: page.after(idCursor),
      email: search,
    });
    return accountsPage(page, { users: items, search, nextUrl: page.nextUrl(idCursor, next) });
  });

  router.get('/console/accounts/:id', 'staff', (page) => showAccount(page));

  router.form('/console/accounts/:id/name', {
    access: 'staff',
    form: nameForm,
    view: showAccount,
    async submit(page, values) {
      const location = () => withNote(`/console/accounts/${page.id()}`, 'name-changed');
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
    form: emptyForm,
    view: (page) => showAccount(page),
    async submit(page) {
      await endSession.execute({ caller: page.caller, sessionId: page.id('session'), client: page.client });
      return withNote(`/console/accounts/${page.id()}`, 'session-ended');
    },
  });
};
