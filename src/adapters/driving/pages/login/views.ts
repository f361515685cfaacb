import { buttonForm, ENTRIES_FIELD, type FormState } from '../common/form.ts';
import { type Html, html, type Part } from '../common/html.ts';
import { soloPage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';
import { codeForm, loginForm, returnCodeForm, returnForm, stepUpForm } from './forms.ts';

/** @param options.next path of the page that follows the log-in */
export const loginPage = (
  page: PageRequest,
  { next, mayRegister }: Readonly<{ next: string; mayRegister: boolean }>,
  state?: FormState,
): Html => {
  const register = mayRegister && html`<p class="after">New here? <a href="/account/new">Create an account</a></p>`;
  return loginSheet(page, loginForm.render(page, { state, values: { next } }), register);
};

/** The log-in before a form whose session has ended. */
export const returnPage = (page: PageRequest, state: FormState): Html =>
  loginSheet(page, returnForm.render(page, { state, action: page.path }));

const loginSheet = (page: PageRequest, form: Html, after?: Part): Html =>
  soloPage(page, 'Log in', html`<div class="sheet stack"><h1>Log in</h1>${form}</div>${after}`);

/** Asks for the code of the second factor. @param values what the form keeps: the challenge, and the page that follows */
export const codePage = (
  page: PageRequest,
  values: Readonly<{ challenge?: string; next?: string }>,
  state?: FormState,
): Html => codeSheet(page, codeForm.render(page, { state, values, cancel: '/login' }));

/** The same before a form whose session has ended. A challenge that has ended takes another log-in. */
export const returnCodePage = (page: PageRequest, state: FormState): Html => {
  const entries = { [ENTRIES_FIELD]: state.values[ENTRIES_FIELD] ?? '' };
  const action = page.path + page.listQuery;
  const again = buttonForm(page, action, 'Log in again', { class: 'wide' }, entries);
  return codeSheet(page, html`${returnCodeForm.render(page, { state, action })}${again}`);
};

const codeSheet = (page: PageRequest, form: Html): Html =>
  soloPage(page, 'Enter your code', html`<div class="sheet stack"><h1>Enter your code</h1>${form}</div>`);

/** Asks for the password before a change that takes a step-up. */
export const stepUpPage = (page: PageRequest, state: FormState): Html =>
  soloPage(
    page,
    'Confirm that it is you',
    html`<div class="sheet stack"><h1>Confirm that it is you</h1><p class="muted">This change takes the password of ${page.email} once more. Nothing has been changed yet.</p>${stepUpForm.render(page, { state, action: page.path })}</div>`,
  );
