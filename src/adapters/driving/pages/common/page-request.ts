import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Client } from '../../../../application/client.ts';
import type { IdempotentRequest } from '../../../../application/idempotency.ts';
import type { Principal } from '../../../../application/user/authenticate.ts';
import type { Caller } from '../../../../domain/access/caller.ts';
import type { Scope } from '../../../../domain/access/scope.ts';
import type { Instant } from '../../../../domain/shared/instant.ts';
import { UUID } from '../../../../domain/shared/uuid.ts';
import { RequestError } from '../../http/errors/request-error.ts';
import { clientOf } from '../../http/request/client.ts';
import type { Cursor } from '../../http/request/cursors.ts';
import { sendDownload } from '../../http/request/download.ts';
import { idempotencyOf } from '../../http/request/idempotency.ts';
import type { AssetPaths } from './assets.ts';
import { type FormTokens, KEY_FIELD, TOKEN_FIELD } from './form-tokens.ts';
import { type Html, html } from './html.ts';
import type { NoteName } from './words.ts';

export type Brand = Readonly<{ name: string; supportEmail: string | undefined }>;

/** Dependencies that all pages share. */
export type PageContext = Readonly<{
  brand: Brand;
  assets: AssetPaths;
  formTokens: FormTokens;
  now: () => Instant;
  /** Prefix that a proxy removes from the path of a request, such as `/licenses`; empty: none. */
  basePath: string;
  /** Returns the path of the page that the form of a path is on. */
  pageOf: (path: string) => string | undefined;
}>;

/** The policy allows no inline script or style, and no script may turn text into markup. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types console",
  'cache-control': 'no-store',
  // `no-referrer` would make browsers send `Origin: null` with our own forms.
  'referrer-policy': 'same-origin',
} as const;

/** Items on one page of a list. */
export const PAGE_SIZE = 50;

/** Encodes a page. The links and forms of our templates begin with `/`; text cannot look like one, as it is escaped. */
export const bytesOf = ({ bytes }: Html, basePath: string): Buffer => {
  const isAtRoot = basePath === '';
  return Buffer.from(isAtRoot ? bytes : bytes.replaceAll(LINK, `$1${basePath}/`), 'latin1');
};

const LINK = /( (?:href|src|action)=")\/(?!\/)/g;

/** The brand and the files that a page needs which has neither a session nor a request. */
export type Frame = Pick<PageRequest, 'brand' | 'assets' | 'rejection' | 'done'> &
  Readonly<{ request: { query: unknown } }>;

/** Returns an id that may be written in capitals. @throws {RequestError} request.not-found: it is no id */
export const idFrom = (text: string): string => {
  const id = text.toLowerCase();
  if (UUID.test(id)) return id;
  throw new RequestError('request.not-found', 'There is nothing at this address.');
};

/** A request for a page, or of a form on one. */
export class PageRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly brand: Brand;
  readonly assets: AssetPaths;
  /** Anonymous without a session. Its scopes are those of the role, also where administration is open. */
  readonly caller: Caller;
  /** Of the session. */
  readonly email: string | undefined;
  readonly now: Instant;
  /** Why a form was rejected, for the top of the page. The form takes it away where it shows that itself. */
  rejection: string | undefined;
  /** A note for the top of the page that its address does not name. */
  done: NoteName | undefined;
  /** The state of a form that is shown again after a log-in; the form says that it is here. */
  returned: object | undefined;
  readonly #formTokens: FormTokens;
  readonly #basePath: string;
  readonly #pageOf: PageContext['pageOf'];
  #formStart: Html | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply, { caller, email }: Principal, context: PageContext) {
    this.request = request;
    this.reply = reply;
    this.caller = caller;
    this.email = email;
    this.brand = context.brand;
    this.assets = context.assets;
    this.now = context.now();
    this.#formTokens = context.formTokens;
    this.#basePath = context.basePath;
    this.#pageOf = context.pageOf;
  }

  get client(): Client {
    return clientOf(this.request);
  }

  /** Author of a change, for its use case. */
  get by(): Readonly<{ caller: Caller; client: Client }> {
    return { caller: this.caller, client: this.client };
  }

  /** The hidden fields of all forms of the page, up to the value of the key. */
  get formStart(): Html {
    this.#formStart ??= html`<input type="hidden" name="${TOKEN_FIELD}" value="${this.#formTokens.issue(this.request, this.reply)}"><input type="hidden" name="${KEY_FIELD}" value="`;
    return this.#formStart;
  }

  /** Path and query. */
  get url(): string {
    return this.request.url;
  }

  /** Path and query of the page that a form was on, without the base path; `/` where the browser does not say. */
  get formPath(): string {
    const url = URL.parse(this.request.headers.referer ?? '');
    if (url === null) return '/';
    const isBelow = url.pathname.startsWith(`${this.#basePath}/`);
    return `${isBelow ? url.pathname.slice(this.#basePath.length) : url.pathname}${url.search}`;
  }

  get path(): string {
    return this.url.split('?', 1)[0] ?? '/';
  }

  can(scope: Scope): boolean {
    return this.caller.has(scope);
  }

  /** A parameter of the path, decoded. */
  param(name: string): string {
    return (this.request.params as Record<string, string | undefined>)[name] ?? '';
  }

  /** An id in the path. @throws {RequestError} request.not-found */
  id(name = 'id'): string {
    return idFrom(this.param(name));
  }

  /** A parameter of the query; `undefined`: absent or blank. @throws {RequestError} request.invalid: it is repeated */
  query(name: string): string | undefined {
    const value = (this.request.query as Record<string, unknown>)[name];
    if (value === undefined || typeof value === 'string') return value?.trim() || undefined;
    throw new RequestError('request.invalid', `${name} is there more than once.`);
  }

  /** A parameter of the query that is one of a closed list. @throws {RequestError} request.invalid: it is none of them */
  choice<const Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.query(name);
    const found = choices.find((choice) => choice === value);
    if (found !== undefined || value === undefined) return found;
    throw new RequestError('request.invalid', `${name} must be one of ${choices.join(', ')}.`);
  }

  /**
   * The position that a list starts after.
   * @param name of its parameter, where a page has several lists
   * @throws {RequestError} request.invalid
   */
  after<Position>(cursor: Cursor<Position>, name = 'cursor'): Position | undefined {
    const sent = this.query(name);
    try {
      return sent === undefined ? undefined : cursor.decode(sent);
    } catch {
      throw new RequestError('request.invalid', 'This part of the list does not exist. Begin at its first page.');
    }
  }

  /** The address of this page, or of the page that the form is on, with the position of the next part of a list. */
  nextUrl<Position>(cursor: Cursor<Position>, next: Position | undefined, name = 'cursor'): string | undefined {
    if (next === undefined) return undefined;
    const url = this.#listUrl();
    url.searchParams.set(name, cursor.encode(next));
    return `${url.pathname}${url.search}`;
  }

  /** The same of the first part of a list; `undefined`: this page shows it. */
  firstUrl(name = 'cursor'): string | undefined {
    if (this.query(name) === undefined) return undefined;
    const url = this.#listUrl();
    url.searchParams.delete(name);
    return `${url.pathname}${url.search}`;
  }

  /** The query of the page, such as a search and a position, for a form that leads back to it: `?q=x`; empty: none. */
  get listQuery(): string {
    return this.url.includes('?') ? this.#listUrl().search : '';
  }

  #listUrl(): URL {
    const url = new URL(this.url, 'http://localhost');
    if (this.request.method === 'POST') url.pathname = this.#pageOf(this.path) ?? url.pathname;
    url.searchParams.delete('done');
    return url;
  }

  send(page: Html): FastifyReply {
    return this.reply.headers(PAGE_HEADERS).send(bytesOf(page, this.#basePath));
  }

  /** Sends a file to keep. @param name of the file: letters, digits, `-` and `.` */
  download(name: string, type: string, content: string | AsyncIterable<string>): FastifyReply {
    return sendDownload(this.reply, { name, type, content });
  }

  /** @param path with its query; of ours */
  redirect(path: string): FastifyReply {
    return this.reply.redirect(path, 303);
  }

  /**
   * Makes a form that is sent twice one change. For use cases that take it.
   * @param location where the browser goes after the first one
   */
  idempotency<View>(location: (view: View) => string): IdempotentRequest<View> | undefined {
    const { [KEY_FIELD]: key } = this.request.body as Record<string, string | undefined>;
    const answerTo = (view: View) => ({ status: 303, location: location(view) });
    return idempotencyOf(this.request, this.caller, answerTo, key || undefined);
  }
}
