import type { FormState } from '../common/form.ts';
import { type Html, html } from '../common/html.ts';
import { soloPage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';
import { loginForm } from './forms.ts';

/** @param next path of the page that follows the log-in */
export const loginPage = (page: PageRequest, next: string, state?: FormState): Html => {
  const options = { state, values: { next } };
  return soloPage(
    page,
    'Log in',
    html`<div class="sheet stack"><h1>Log in</h1>${loginForm.render(page, options)}</div>`,
  );
};
