import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate, Principal } from '../../../../application/user/authenticate.ts';
import { type Caller, StepUpRequired } from '../../../../domain/access/caller.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { RequestError } from '../../http/errors/request-error.ts';
import { clientOf } from '../../http/request/client.ts';
import type { SessionGuard } from '../../http/security/authenticate.ts';
import { assertOwnForm } from '../../http/security/csrf-guard.ts';
import { ENTRIES_FIELD, type Fields, Form, type FormState, type FormValues } from './form.ts';
import { TOKEN_FIELD } from './form-tokens.ts';
import { type Html, isHtml } from './html.ts';
import { type PageContext, PageRequest } from './page-request.ts';
import { withNote } from './words.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The response is a page for a person, also where it is an error. */
    isPage?: true;
  }
  interface FastifyRequest {
    /** Returns the page with the rejected form, or the step-up that it takes. */
    rejectedForm: ((page: PageRequest, error: Error, messages: readonly string[]) => Promise<Html>) | undefined;
  }
}

/**
 * Callers that may open a page. `anyone`: also without a session. `session`: any session. `staff`: a session of a person with a
 * role. Others are sent to the log-in, or get the page 403. What a person may do there is decided by the use cases.
 */
export type Access = 'anyone' | 'session' | 'staff';

/** A page, or the reply of a redirect: awaited, a reply is `undefined`, and has been sent. */
type Answer = Html | FastifyReply;

/** Where a form leads: a path of ours. Or what it has asked for: a page that is shown once, or a file. */
type Outcome = Promise<string | Html | FastifyReply>;

export type FormRoute<F extends Fields, State = FormState> = Readonly<{
  access: Access;
  /** Default: a button alone. */
  form?: Form<F> | undefined;
  /** The page that the form is on, for a form that was rejected. */
  view: (page: PageRequest, state: State) => Html | Promise<Html>;
  /** Calls the use case. Returns the path that the browser goes to; add a note with {@link withNote}. */
  submit: (page: PageRequest, values: FormValues<F>) => Outcome;
}>;

type Handler<F extends Fields = Fields> = FormRoute<F> & Readonly<{ form: Form<F> }>;

/**
 * Pages that may come before a form. Each has a form of its own, which is sent to the path of the first and keeps its entries in
 * {@link ENTRIES_FIELD}. `stepUp`: the password once more. `logIn`, and `code` after it: the session has ended.
 */
export type Detours = Readonly<Record<'stepUp' | 'logIn' | 'code', Handler>>;
export type DetoursOf = (route: Handler, router: PageRouter) => Detours;

/** Returns the first page of a caller. */
export const startOf = ({ userId, role }: Caller): string => {
  if (userId === undefined) return '/login';
  return role === undefined ? '/account' : '/console';
};

/** Adds pages and forms to the server. */
export class PageRouter {
  readonly #app: FastifyInstance;
  readonly #guard: SessionGuard;
  readonly #authenticate: Authenticate;
  readonly #context: PageContext;
  readonly #detoursOf: DetoursOf;
  /** Paths of the pages, in segments. */
  readonly #pages: string[][] = [];

  constructor(
    app: FastifyInstance,
    options: { guard: SessionGuard; authenticate: Authenticate; context: PageContext; detoursOf: DetoursOf },
  ) {
    this.#app = app;
    this.#guard = options.guard;
    this.#authenticate = options.authenticate;
    this.#context = options.context;
    this.#detoursOf = options.detoursOf;
  }

  get guard(): SessionGuard {
    return this.#guard;
  }

  /** A page. */
  get(path: string, access: Access, view: (page: PageRequest) => Answer | Promise<Answer>): void {
    this.#pages.push(path.split('/'));
    // An export is recorded, and HEAD exports nothing.
    const options = { ...OPTIONS, exposeHeadRoute: !path.endsWith('.csv') };
    this.#app.get(path, options, async (request, reply) => {
      const page = await this.open(request, reply);
      if (isLoggedOut(page, access)) return page.redirect(logInFor(page.url));
      assertAllowed(page, access);
      const answer: unknown = await hideOthers(page, () => view(page));
      return isHtml(answer) ? page.send(answer) : reply;
    });
  }

  /** A page, and a form on it that is sent to the same path. */
  formPage<F extends Fields>(path: string, route: FormRoute<F, FormState | undefined>): void {
    this.get(path, route.access, (page) => route.view(page, undefined));
    this.form(path, route);
  }

  /**
   * A form, sent by POST. An error shows its page again, with the entries and the messages of the error; where it takes a
   * step-up, that is asked for first.
   */
  form<F extends Fields>(path: string, { form: own = BUTTON, ...options }: FormRoute<F>): void {
    const route: Handler = { ...options, form: own };
    const detours = this.#detoursOf(route, this);
    this.#app.post(path, OPTIONS, async (request, reply) => {
      assertOwnForm(request);
      const page = await this.open(request, reply);
      const body = bodyOf(request);
      if (isLoggedOut(page, route.access) && !isLogIn(body)) {
        return this.#sendLogIn(page, body, route.form, detours.logIn);
      }
      if (page.caller.userId !== undefined && isLogIn(body)) {
        // Sent twice, or after a log-in beside it. It has been taken already.
        return page.send(await hideOthers(page, () => this.showAgain(page, route, body[ENTRIES_FIELD])));
      }
      const { form, view, submit } = handlerOf(page, body, route, detours);
      request.rejectedForm = async (rejected, error, messages) => {
        if (error instanceof StepUpRequired) {
          const entries = { next: rejected.formPath, [ENTRIES_FIELD]: form.entriesOf(body) };
          return detours.stepUp.view(rejected, detours.stepUp.form.withEntries(entries));
        }
        const state = form.rejected(body, error, messages);
        // For a form that is gone from its page, as what it was for is no longer possible.
        rejected.rejection = [...state.general, ...Object.values(state.errors).flat()].join(' ');
        // A button has no field that the messages could stand beside, and a page may have many buttons.
        return view(rejected, form.hasVisibleFields ? state : { ...state, errors: {}, general: [] });
      };
      this.#context.formTokens.assertValid(request, body[TOKEN_FIELD]);
      const values = form.read(body);
      const outcome: unknown = await hideOthers(page, () => submit(page, values));
      if (typeof outcome === 'string') return page.redirect(outcome);
      return isHtml(outcome) ? page.send(outcome) : reply;
    });
  }

  /** Returns the path of the page that the form of a path is on: the nearest page at the path or above it. */
  pageOf(path: string): string | undefined {
    const sent = path.split('/');
    const isThis = (page: string[]) =>
      page.length === sent.length && page.every((part, index) => part.startsWith(':') || part === sent[index]);
    for (; sent.length > 1; sent.pop()) if (this.#pages.some(isThis)) return sent.join('/');
    return undefined;
  }

  /** Only the cookie counts on pages. */
  async principal(request: FastifyRequest): Promise<Principal> {
    const token = this.#guard.sessionToken(request);
    const principal = await this.#authenticate.execute({ token, isBearer: false, client: clientOf(request) });
    request.userId = principal.caller.userId;
    return principal;
  }

  /** The page of a form after a log-in, with the entries that were kept. @throws {DomainError} access.forbidden | mfa.enrolment-required */
  async showAgain(page: PageRequest, { access, form, view }: Handler, entries: unknown): Promise<Html> {
    assertAllowed(page, access);
    const state = form.withKept(String(entries));
    page.returned = state;
    page.done = 'form-gone';
    return view(page, state);
  }

  /** The request as its caller is now: also that of a log-in in the same request. */
  async open(request: FastifyRequest, reply: FastifyReply): Promise<PageRequest> {
    return new PageRequest(request, reply, await this.principal(request), this.#context);
  }

  /** Keeps the entries of a form whose session has ended, where the form is surely from this browser. */
  async #sendLogIn(page: PageRequest, body: Body, form: Form, logIn: Handler): Promise<FastifyReply> {
    if (!form.keepsEntries || !this.#context.formTokens.isValid(page.request, body[TOKEN_FIELD])) {
      return page.redirect(withNote(logInFor(page.formPath), 'session-over'));
    }
    page.done = 'session-over-kept';
    page.reply.code(401).header('www-authenticate', 'Bearer realm="guildhall"');
    const entries = body[ENTRIES_FIELD] ?? form.entriesOf(body);
    return page.send(await logIn.view(page, logIn.form.withEntries({ [ENTRIES_FIELD]: entries })));
  }
}

/** Whether it is a log-in, or the code after it, that keeps the entries of a form. */
const isLogIn = (body: Body): boolean =>
  Object.hasOwn(body, ENTRIES_FIELD) && (Object.hasOwn(body, 'email') || Object.hasOwn(body, 'challenge'));

const handlerOf = (page: PageRequest, body: Body, route: Handler, { stepUp, logIn, code }: Detours): Handler => {
  if (!isLoggedOut(page, route.access)) {
    assertAllowed(page, route.access);
    return Object.hasOwn(body, ENTRIES_FIELD) ? stepUp : route;
  }
  return Object.hasOwn(body, 'challenge') ? code : logIn;
};

const logInFor = (next: string): string => `/login?next=${encodeURIComponent(next)}`;

const isLoggedOut = ({ caller }: PageRequest, access: Access): boolean =>
  access !== 'anyone' && caller.userId === undefined;

/** @throws {DomainError} access.forbidden | mfa.enrolment-required */
const assertAllowed = ({ caller }: PageRequest, access: Access): void => {
  if (access !== 'staff') return;
  if (caller.role === undefined) throw new DomainError('access.forbidden', 'The console is for people with a role.');
  // Throws where a second factor must be set up first. Not every use case asks for a scope.
  caller.requireAuthenticated();
};

/** Reads the form of a button, which has no fields. */
const BUTTON = new Form<never>({ submit: '', fields: {} as never });

const OPTIONS = { config: { cors: false, isPage: true }, schema: { hide: true } } as const;

type Body = Readonly<Record<string, unknown>>;

const bodyOf = (request: FastifyRequest): Body => {
  if (request.body === undefined) return {};
  if (request.mediaType === 'application/x-www-form-urlencoded') return request.body as Record<string, unknown>;
  throw new RequestError('request.unsupported-media-type', 'The body must be a form.');
};

const HIDDEN: ReadonlySet<string> = new Set(['access.forbidden', 'license.not-found']);

/** On the pages of a person's own account, what belongs to another person does not exist. */
const hideOthers = async <T>(page: PageRequest, work: () => T | Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    // The same for an id that nothing has.
    const isHidden = cause instanceof DomainError && HIDDEN.has(cause.code) && page.path.startsWith('/account/');
    throw isHidden ? new RequestError('request.not-found', 'There is nothing at this address.', { cause }) : cause;
  }
};
