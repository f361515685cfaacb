import type { Problem } from '../../http/errors/problem.ts';
import { type Html, html } from './html.ts';
import { soloPage } from './layout.ts';
import type { PageRequest } from './page-request.ts';
import { startOf } from './router.ts';
import { ERROR_WORDS } from './words.ts';

/** The page of an error. */
export const errorPage = (page: PageRequest, { code, status, title, errors, request_id: requestId }: Problem): Html => {
  const words = ERROR_WORDS[code] ?? { title, text: errors.join(' ') };
  const { userId, role } = page.caller;
  const place = userId === undefined ? 'Log in' : role === undefined ? 'To your account' : 'To the overview';
  return soloPage(
    page,
    words.title,
    html`<div class="sheet stack"><p class="muted num">${status}</p><h1>${words.title}</h1><p class="muted">${words.text}</p><a class="button primary wide" href="${startOf(page.caller)}">${place}</a><p class="hint">If you write to us, say <code>${requestId}</code>. With it we find what happened.</p></div>`,
  );
};
