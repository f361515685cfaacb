import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate } from '../../../application/user/authenticate.ts';
import { Caller } from '../../../domain/access/caller.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { Problem } from '../http/errors/problem.ts';
import type { SessionGuard } from '../http/security/authenticate.ts';
import { type AccountUseCases, accountPages, type SendUserExport } from './account/routes.ts';
import { type AccountsUseCases, accountsPages } from './accounts/routes.ts';
import { type AuditUseCases, auditPages } from './audit/routes.ts';
import { PageAssets } from './common/assets.ts';
import { FormTokens } from './common/form-tokens.ts';
import { type Html, html } from './common/html.ts';
import { soloPage } from './common/layout.ts';
import { type Brand, bytesOf, type Frame, PAGE_HEADERS, type PageContext, PageRequest } from './common/page-request.ts';
import { PageRouter, startOf } from './common/router.ts';
import { ERROR_WORDS } from './common/words.ts';
import { type LicensesUseCases, licensesPages } from './licenses/routes.ts';
import { detoursOf, type LoginUseCases, loginPages } from './login/routes.ts';
import { type MachinesUseCases, machinesPages } from './machines/routes.ts';
import { type MailboxUseCases, mailboxPages } from './mailbox/routes.ts';
import { type SecondFactorUseCases, secondFactorPages } from './mfa/routes.ts';
import { type OverviewUseCases, overviewPages } from './overview/routes.ts';
import { type OwnLicensesUseCases, ownLicensesPages } from './own-licenses/routes.ts';
import { type PairsUseCases, pairsPages } from './pairs/routes.ts';
import { type SessionsUseCases, sessionsPages } from './sessions/routes.ts';
import { type InEffect, type SettingsUseCases, settingsPages } from './settings/routes.ts';
import { type StaffUseCases, staffPages } from './staff/routes.ts';
import { type TokensUseCases, tokensPages } from './tokens/routes.ts';

/** The use cases of all pages. */
export type PageUseCases = LoginUseCases &
  AccountsUseCases &
  AccountUseCases &
  LicensesUseCases &
  MachinesUseCases &
  PairsUseCases &
  StaffUseCases &
  TokensUseCases &
  AuditUseCases &
  MailboxUseCases &
  OwnLicensesUseCases &
  SecondFactorUseCases &
  SessionsUseCases &
  SettingsUseCases &
  OverviewUseCases;

export type PagesOptions = Readonly<{
  useCases: PageUseCases & Readonly<{ authenticateOnPages: Authenticate }>;
  brand: Brand;
  /** PNG. */
  logo: Buffer | undefined;
  /** Production: cookies for HTTPS only. */
  isSecure: boolean;
  /** Prefix that a proxy removes from the path of a request; empty: none. */
  basePath: string;
  now: () => Instant;
  sendUserExport: SendUserExport;
  inEffect: InEffect;
}>;

const PAGE_PATH = /^\/(?:console|account|login)(?:[/?]|$)/;

/** The console of the vendor and the account of a customer, as HTML pages. */
export class WebPages {
  readonly #options: PagesOptions;
  readonly #assets: PageAssets;
  #router: PageRouter | undefined;
  #context: PageContext | undefined;

  constructor(options: PagesOptions) {
    this.#options = options;
    this.#assets = new PageAssets(options.logo);
  }

  async add(app: FastifyInstance, guard: SessionGuard): Promise<void> {
    const { useCases, brand, isSecure, basePath, now, sendUserExport, inEffect } = this.#options;
    const formTokens = new FormTokens(guard, { isSecure });
    const pageOf = (path: string) => router.pageOf(path);
    const context: PageContext = { brand, assets: this.#assets.paths, formTokens, now, basePath, pageOf };
    const options = { guard, authenticate: useCases.authenticateOnPages, context, detoursOf: detoursOf(useCases) };
    const router: PageRouter = new PageRouter(app, options);
    this.#context = context;
    this.#router = router;
    app.decorateRequest('rejectedForm', undefined);
    this.#assets.addTo(app);
    loginPages(router, useCases);
    pairsPages(router, useCases);
    overviewPages(router, useCases);
    accountsPages(router, useCases);
    licensesPages(router, useCases);
    auditPages(router, useCases);
    machinesPages(router, useCases);
    staffPages(router, useCases);
    tokensPages(router, useCases);
    settingsPages(router, useCases, inEffect);
    accountPages(router, useCases, sendUserExport);
    mailboxPages(router, useCases);
    ownLicensesPages(router, useCases);
    sessionsPages(router, useCases);
    secondFactorPages(router, useCases);
  }

  async start(request: FastifyRequest): Promise<string> {
    const { caller } = await this.#started().router.principal(request);
    return startOf(caller);
  }

  isFor(request: FastifyRequest): boolean {
    if (request.routeOptions.config?.isPage === true) return true;
    return request.is404 && PAGE_PATH.test(request.url) && (request.headers.accept ?? '').includes('text/html');
  }

  /** Shows a rejected form again, and any other error on a page of its own. */
  async send(request: FastifyRequest, reply: FastifyReply, error: Error, problem: Problem): Promise<FastifyReply> {
    const page = await this.#page(request, reply);
    const { rejectedForm } = request;
    if (problem.code === 'mfa.enrolment-required') return page.redirect('/account/mfa');
    // After an error on a form, the address of the browser is that of the form. A person may open it again.
    const isOpened = problem.code === 'request.method-not-allowed' && request.method === 'GET';
    const shown = isOpened ? this.#started().router.pageOf(page.path) : undefined;
    if (shown !== undefined) return page.redirect(shown);
    const isForForm = problem.code === 'access.step-up-required' || isAboutForm(problem, request);
    if (rejectedForm !== undefined && isForForm) {
      // Messages of use cases are for people, but for those about the key of a form and about what it showed.
      const isForPeople = error instanceof DomainError && !/^(?:idempotency|request)\./.test(problem.code);
      const messages = isForPeople ? problem.errors : [ERROR_WORDS[problem.code]?.text ?? problem.errors].flat();
      // The page around the form may need what has just failed.
      const form = await rejectedForm(page, error, messages).catch(() => undefined);
      if (form !== undefined) return page.send(form);
    }
    return page.send(errorPage(page, problem));
  }

  /** For any `Accept`: it may be among what was not read. */
  beforeRequest(target: string, problem: Problem) {
    if (!PAGE_PATH.test(target)) return undefined;
    const { brand, basePath } = this.#options;
    const frame = { brand, assets: this.#assets.paths, rejection: undefined, done: undefined, request: { query: {} } };
    const words = ERROR_WORDS[problem.code] ?? NOT_UNDERSTOOD;
    const page = errorSheet(frame, problem, { words, next: { href: '/', label: 'Start again' } });
    return { headers: PAGE_HEADERS, body: bytesOf(page, basePath) };
  }

  /** Without its session where the store does not answer. */
  async #page(request: FastifyRequest, reply: FastifyReply): Promise<PageRequest> {
    const { router, context } = this.#started();
    const principal = await router
      .principal(request)
      .catch(() => ({ caller: Caller.anonymous({ administrationIsOpen: false }) }));
    return new PageRequest(request, reply, principal, context);
  }

  #started() {
    if (this.#router === undefined || this.#context === undefined) throw new Error('The pages are not added yet.');
    return { router: this.#router, context: this.#context };
  }
}

/** Errors that sending the form again can resolve. The others are about the page, or about the whole service. */
const isAboutForm = ({ code, status }: Problem, { routeOptions }: FastifyRequest): boolean =>
  code === 'request.form-token' ||
  code === 'hashing.busy' ||
  /^(?:developer|pair|upstream)\./.test(code) ||
  // An entry of the list on the page.
  code === 'activation.not-found' ||
  code === 'session.not-found' ||
  (status < 500 &&
    !(status === 404 && routeOptions.url?.includes('/:')) &&
    !code.startsWith('access.') &&
    code !== 'request.cross-origin');

const NOT_UNDERSTOOD = {
  title: 'Not understood',
  text: 'The request of your browser arrived damaged. Open the page again.',
};

/** The page of an error. */
const errorPage = (page: PageRequest, problem: Problem): Html => {
  const { code, title, errors } = problem;
  const { is404: hasNoRoute, method } = page.request;
  // The address of a page that does not exist may also be one that cannot be read.
  const isWrongPath = code === 'request.invalid' && hasNoRoute;
  const words = ERROR_WORDS[isWrongPath ? 'request.not-found' : code] ?? { title, text: errors.join(' ') };
  const { userId, role } = page.caller;
  const place = userId === undefined ? 'Log in' : role === undefined ? 'To your account' : 'To the overview';
  const hasWrongQuery = code === 'request.invalid' && !hasNoRoute && method === 'GET' && page.url !== page.path;
  const next = hasWrongQuery ? { href: page.path, label: 'Start again' } : { href: startOf(page.caller), label: place };
  return errorSheet(page, problem, { words, next });
};

type Sheet = Readonly<{
  words: Readonly<{ title: string; text: string }>;
  next: Readonly<{ href: string; label: string }>;
}>;

const errorSheet = (frame: Frame, { status, request_id: requestId }: Problem, { words, next }: Sheet): Html =>
  soloPage(
    frame,
    words.title,
    html`<div class="sheet stack"><p class="muted num">${status}</p><h1>${words.title}</h1><p class="muted">${words.text}</p><a class="button primary wide" href="${next.href}">${next.label}</a><p class="hint">If you write to us, say <code>${requestId}</code>. With it we find what happened.</p></div>`,
  );
