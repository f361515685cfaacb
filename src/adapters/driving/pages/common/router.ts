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

/** Returns what handles the step-up that a form may take. Its own form is sent to the path of that form. */
export type StepUpOf = (route: Handler) => Handler;

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
  readonly #stepUpOf: StepUpOf;
  /** Paths of the pages, in segments. */
  readonly #pages: string[][] = [];

  constructor(
    app: FastifyInstance,
    options: { guard: SessionGuard; authenticate: Authenticate; context: PageContext; stepUpOf: StepUpOf },
  ) {
    this.#app = app;
    this.#guard = options.guard;
    this.#authenticate = options.authenticate;
    this.#context = options.context;
    this.#stepUpOf = options.stepUpOf;
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
      const page = await this.#open(request, reply, access);
      if (page === undefined) return reply;
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
    const stepUp = this.#stepUpOf(route);
    this.#app.post(path, OPTIONS, async (request, reply) => {
      const page = await this.#open(request, reply, route.access);
      if (page === undefined) return reply;
      const body = bodyOf(request);
      const { form, view, submit } = Object.hasOwn(body, ENTRIES_FIELD) ? stepUp : route;
      request.rejectedForm = async (rejected, error, messages) => {
        if (error instanceof StepUpRequired) {
          const entries = { next: rejected.formPath, [ENTRIES_FIELD]: form.entriesOf(body) };
          return stepUp.view(rejected, stepUp.form.withEntries(entries));
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

  /** Only the cookie counts on pages. @param token that of a session that has just begun */
  async principal(request: FastifyRequest, token = this.#guard.sessionToken(request)): Promise<Principal> {
    const principal = await this.#authenticate.execute({ token, isBearer: false, client: clientOf(request) });
    request.userId = principal.caller.userId;
    return principal;
  }

  /** @returns `undefined` after a redirect to the log-in */
  async #open(request: FastifyRequest, reply: FastifyReply, access: Access): Promise<PageRequest | undefined> {
    if (request.method === 'POST') assertOwnForm(request);
    const page = new PageRequest(request, reply, await this.principal(request), this.#context);
    if (access === 'anyone') return page;
    if (page.caller.userId === undefined) {
      const isForm = request.method === 'POST';
      const login = `/login?next=${encodeURIComponent(isForm ? page.formPath : page.url)}`;
      page.redirect(isForm ? withNote(login, 'session-over') : login);
      return undefined;
    }
    if (access === 'staff' && page.caller.role === undefined) {
      throw new DomainError('access.forbidden', 'The console is for people with a role.');
    }
    // Throws where a second factor must be set up first. Not every use case asks for a scope.
    if (access === 'staff') page.caller.requireAuthenticated();
    return page;
  }
}

/** Reads the form of a button, which has no fields. */
const BUTTON = new Form<never>({ submit: '', fields: {} as never });

const OPTIONS = { config: { cors: false, isPage: true }, schema: { hide: true } } as const;

const bodyOf = (request: FastifyRequest): Readonly<Record<string, unknown>> => {
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
