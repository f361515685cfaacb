import type { ElevateSession } from '../../../../application/user/elevate-session.ts';
import { CodeRequired, type LoggedIn, type LogIn } from '../../../../application/user/log-in.ts';
import type { LogOut } from '../../../../application/user/log-out.ts';
import type { RegisterUser } from '../../../../application/user/register-user.ts';
import { ENTRIES_FIELD, type FormState, type FormValues } from '../common/form.ts';
import type { PageRequest } from '../common/page-request.ts';
import { type DetoursOf, type PageRouter, startOf } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { codeForm, loginForm, returnCodeForm, returnForm, stepUpForm } from './forms.ts';
import { codePage, loginPage, returnCodePage, returnPage, stepUpPage } from './views.ts';

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
    const { caller } = await router.principal(page.request);
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
      const outcome = await enterPassword(logIn, router, page, values);
      if (outcome instanceof CodeRequired) {
        return codePage(page, { challenge: outcome.challenge.reveal(), next: next ?? '' });
      }
      return enter(page, outcome, next);
    },
  });

  router.get('/login/code', 'anyone', (page) => page.redirect('/login'));

  router.form('/login/code', {
    access: 'anyone',
    form: codeForm,
    view: (page, state) => codePage(page, {}, state),
    async submit(page, values) {
      return enter(page, await enterCode(logIn, page, values), values.given('next'));
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

/** Returns what opens the session, or that it takes a code. */
const enterPassword = async (logIn: LogIn, router: PageRouter, page: PageRequest, values: FormValues) => {
  try {
    return await logIn.execute({
      email: values.text('email'),
      password: values.secret('password'),
      earlierToken: router.guard.sessionToken(page.request),
      client: page.client,
    });
  } catch (error) {
    if (error instanceof CodeRequired) return error;
    throw error;
  }
};

const enterCode = (logIn: LogIn, { client }: PageRequest, values: FormValues): Promise<LoggedIn> =>
  logIn.complete({ challenge: values.secret('challenge'), code: values.code('code'), client });

/** Asks for what a form takes, and then shows the page of that form again. Only its own button changes something. */
export const detoursOf =
  ({ elevateSession, logIn }: Readonly<{ elevateSession: ElevateSession; logIn: LogIn }>): DetoursOf =>
  (route, router) => {
    const { access, form, view } = route;
    const enter = async ({ request, reply }: PageRequest, { token, maxAgeMs }: LoggedIn, values: FormValues) => {
      router.guard.setCookie(reply, token, maxAgeMs);
      // An error from here on is none of the log-in.
      request.rejectedForm = undefined;
      return router.showAgain(await router.open(request, reply), route, values.text(ENTRIES_FIELD));
    };
    return {
      stepUp: {
        access,
        form: stepUpForm,
        view: stepUpPage,
        async submit(page, values) {
          const { caller, client } = page;
          const code = values.given('code') === undefined ? undefined : values.code('code');
          await elevateSession.execute({ caller, password: values.secret('password'), code, client });
          if (!form.hasVisibleFields) return withNote(pathOf(values.given('next')) ?? startOf(caller), 'confirmed');
          page.done = 'confirmed';
          return view(page, form.withKept(values.text(ENTRIES_FIELD)));
        },
      },
      logIn: {
        access,
        form: returnForm,
        view: returnPage,
        async submit(page, values) {
          const outcome = await enterPassword(logIn, router, page, values);
          if (!(outcome instanceof CodeRequired)) return enter(page, outcome, values);
          const kept = { challenge: outcome.challenge.reveal(), [ENTRIES_FIELD]: values.text(ENTRIES_FIELD) };
          return returnCodePage(page, returnCodeForm.withEntries(kept));
        },
      },
      code: {
        access,
        form: returnCodeForm,
        view: returnCodePage,
        submit: async (page, values) => enter(page, await enterCode(logIn, page, values), values),
      },
    };
  };

/** A browser reads `//`, and `/\` too, as the beginning of another host. */
const OWN_PATH = /^\/(?![/\\])[!-~]*$/;

/** Returns the path that a browser would open where it is one of this server. `/.//host` becomes `//host` only there. */
const pathOf = (next: string | undefined): string | undefined => {
  const url = next !== undefined && OWN_PATH.test(next) ? URL.parse(next, 'http://localhost') : null;
  if (url?.origin !== 'http://localhost') return undefined;
  const path = `${url.pathname}${url.search}`;
  return OWN_PATH.test(path) ? path : undefined;
};
