import type { ElevateSession } from '../../../../application/user/elevate-session.ts';
import { CodeRequired, type LoggedIn, type LogIn } from '../../../../application/user/log-in.ts';
import type { LogOut } from '../../../../application/user/log-out.ts';
import type { RegisterUser } from '../../../../application/user/register-user.ts';
import { ENTRIES_FIELD, type FormState } from '../common/form.ts';
import type { PageRequest } from '../common/page-request.ts';
import { type PageRouter, type StepUpOf, startOf } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { codeForm, loginForm, stepUpForm } from './forms.ts';
import { codePage, loginPage, stepUpPage } from './views.ts';

export type LoginUseCases = Readonly<{
  logIn: LogIn;
  logOut: LogOut;
  registerUser: RegisterUser;
}>;

/** Log-in and log-out. */
export const loginPages = (router: PageRouter, useCases: LoginUseCases): void => {
  const { logIn, logOut, registerUser } = useCases;
  const showLogin = (page: PageRequest, next: string, state?: FormState) =>
    loginPage(page, { next, mayRegister: registerUser.mode !== 'closed' }, state);

  const enter = async (page: PageRequest, { token, maxAgeMs }: LoggedIn, next: string | undefined) => {
    router.guard.setCookie(page.reply, token, maxAgeMs);
    const { caller } = await router.principal(page.request, token);
    return pathOf(next) ?? startOf(caller);
  };

  router.get('/login', 'anyone', (page) => {
    const next = pathOf(page.query('next'));
    if (page.caller.userId !== undefined) return page.redirect(next ?? startOf(page.caller));
    return showLogin(page, next ?? '');
  });

  router.form('/login', {
    access: 'anyone',
    form: loginForm,
    view: (page, state) => showLogin(page, state.values.next ?? '', state),
    async submit(page, values) {
      const next = values.given('next');
      try {
        const loggedIn = await logIn.execute({
          email: values.text('email'),
          password: values.secret('password'),
          earlierToken: router.guard.sessionToken(page.request),
          client: page.client,
        });
        return await enter(page, loggedIn, next);
      } catch (error) {
        if (!(error instanceof CodeRequired)) throw error;
        return codePage(page, { challenge: error.challenge.reveal(), next: next ?? '' });
      }
    },
  });

  router.get('/login/code', 'anyone', (page) => page.redirect('/login'));

  router.form('/login/code', {
    access: 'anyone',
    form: codeForm,
    view: (page, state) => codePage(page, {}, state),
    async submit(page, values) {
      const secrets = { challenge: values.secret('challenge'), code: values.code('code') };
      return enter(page, await logIn.complete({ ...secrets, client: page.client }), values.given('next'));
    },
  });

  router.form('/account/log-out', {
    access: 'session',
    view: (page) => showLogin(page, ''),
    async submit(page) {
      await logOut.execute({ caller: page.caller, client: page.client });
      router.guard.clearCookie(page.reply);
      return withNote('/login', 'logged-out');
    },
  });
};

/** Asks for the password before a form, and then shows the page of that form again. Only its own button changes something. */
export const stepUpOf =
  (elevateSession: ElevateSession): StepUpOf =>
  ({ access, form, view }) => ({
    access,
    form: stepUpForm,
    view: stepUpPage,
    async submit(page, values) {
      const { caller, client } = page;
      const code = values.given('code') === undefined ? undefined : values.code('code');
      await elevateSession.execute({ caller, password: values.secret('password'), code, client });
      if (!form.hasVisibleFields) return withNote(pathOf(values.given('next')) ?? startOf(caller), 'confirmed');
      page.done = 'confirmed';
      return view(page, form.withEntries(Object.fromEntries(new URLSearchParams(values.text(ENTRIES_FIELD)))));
    },
  });

/** A browser reads `//`, and `/\` too, as the beginning of another host. */
const OWN_PATH = /^\/(?![/\\])[!-~]*$/;

/** Returns the path that a browser would open where it is one of this server. `/.//host` becomes `//host` only there. */
const pathOf = (next: string | undefined): string | undefined => {
  const url = next !== undefined && OWN_PATH.test(next) ? URL.parse(next, 'http://localhost') : null;
  if (url?.origin !== 'http://localhost') return undefined;
  const path = `${url.pathname}${url.search}`;
  return OWN_PATH.test(path) ? path : undefined;
};
