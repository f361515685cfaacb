import type { EndSession } from '../../../../application/user/end-session.ts';
import type { ListSessions } from '../../../../application/user/list-sessions.ts';
import { idCursor } from '../../http/request/cursors.ts';
import { PAGE_SIZE, type PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { sessionsPage } from './views.ts';

export type SessionsUseCases = Readonly<{ listSessions: ListSessions; endSession: EndSession }>;

/** The devices that a person is logged in on. */
export const sessionsPages = (router: PageRouter, { listSessions, endSession }: SessionsUseCases): void => {
  const show = async (page: PageRequest) => {
    const position = { limit: PAGE_SIZE, after: page.after(idCursor) };
    const { items, next } = await listSessions.execute({ caller: page.caller, ...position });
    return sessionsPage(page, items, page.nextUrl(idCursor, next));
  };

  router.get('/account/sessions', 'session', show);

  router.form('/account/sessions/others/end', {
    access: 'session',
    view: show,
    async submit({ caller, client }) {
      await endSession.others({ caller, client });
      return withNote('/account/sessions', 'other-sessions-ended');
    },
  });

  router.form('/account/sessions/:id/end', {
    access: 'session',
    view: show,
    async submit(page) {
      const { caller, client } = page;
      await endSession.execute({ caller, sessionId: page.id(), onlyOwn: true, client });
      return withNote(`/account/sessions${page.listQuery}`, 'session-ended');
    },
  });
};
