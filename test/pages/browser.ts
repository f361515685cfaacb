import assert from 'node:assert/strict';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { Ports } from '../../src/composition/wiring/ports.ts';
import type { Role } from '../../src/domain/access/scope.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { routesServed } from '../http/operations.ts';
import { join, type Person } from '../http/people.ts';
import type { Answer, TestApp } from '../http/test-app.ts';

type Element = DefaultTreeAdapterTypes.Element;

const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'same-origin',
};

/** Every page of the console and of an account that is no file, as the server serves them, for what has these ids. */
export const pagesOf = (
  app: Pick<TestApp, 'app'>,
  { account, license, token }: Readonly<Record<'account' | 'license' | 'token', string>>,
): readonly string[] =>
  routesServed(app)
    .filter((route) => /^GET \/(?:console|account)(?!.*\.csv$)/.test(route))
    .map((route) =>
      route
        .slice('GET '.length)
        .replace(/(?<=accounts\/|staff\/):id/, account)
        .replace('licenses/:id', `licenses/${license}`)
        .replace('tokens/:id', `tokens/${token}`)
        .replace(':a/:b', 'ada/bob'),
    );

/** A person with this role, with a session. */
export const joinAs = async (app: TestApp, email: string, role?: Role): Promise<Person> => {
  const person = await join(app, email);
  if (role === undefined) return person;
  const { unitOfWork, clock } = { unitOfWork: app.container.resolve(Ports.unitOfWork), clock: app.clock };
  await unitOfWork.run(async ({ users }) =>
    users.save((await users.get(UserId.parse(person.id))).withRole(role, clock.now())),
  );
  return person;
};

/** A browser without script: it keeps cookies, follows no redirect by itself, and sends forms as they are written. */
export class TestBrowser {
  readonly #app: TestApp;
  readonly #cookies = new Map<string, string>();
  #opened = '/';

  constructor(app: TestApp, session?: string) {
    this.#app = app;
    if (session !== undefined) this.#cookies.set(app.cookieName, session);
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  async open(path: string, headers: Readonly<Record<string, string>> = {}): Promise<PageAnswer> {
    this.#opened = path;
    return this.#ask('GET', path, { headers: { ...NAVIGATION, ...headers } });
  }

  /** Sends the form of the page that has this action, and perhaps a query, with its hidden fields and these entries. */
  async submit(
    page: PageAnswer,
    action: string,
    entries: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<PageAnswer> {
    return this.post(page.actionOf(action), { ...page.form(action), ...entries }, headers);
  }

  /** Sends these entries, which need not be those of a form. */
  async post(path: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
    const sent = { ...NAVIGATION, referer: `http://localhost${this.#opened}`, ...headers };
    return this.#ask('POST', path, { form, headers: sent });
  }

  async #ask(method: string, path: string, ask: Parameters<TestApp['call']>[2] & object): Promise<PageAnswer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.#app.call(method, path, {
      ...ask,
      headers: { ...ask.headers, ...(cookie !== '' && { cookie }) },
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(String(line)) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return new PageAnswer(answer);
  }
}

/** An answer to a browser, parsed as browsers parse it. */
export class PageAnswer {
  readonly status: number;
  readonly headers: Answer['headers'];
  readonly body: string;
  readonly #elements: readonly Element[];

  constructor({ status, headers, body }: Answer) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.#elements = [...elementsIn(parse(body) as DefaultTreeAdapterTypes.ParentNode)];
  }

  get location(): string | undefined {
    return this.headers.location as string | undefined;
  }

  all(tag: string): readonly Element[] {
    return this.#elements.filter(({ tagName }) => tagName === tag);
  }

  /** The text of the first element of this tag, or with this attribute and value. */
  text(tag: string, attribute?: readonly [name: string, value: string]): string | undefined {
    const found = this.all(tag).find(
      (element) => attribute === undefined || attributeOf(element, attribute[0]) === attribute[1],
    );
    return found && textOf(found);
  }

  /** The action, as it is written, of the form that is sent to this path or address. */
  actionOf(action: string): string {
    return attributeOf(this.#formOf(action), 'action') ?? '';
  }

  #formOf(action: string): Element {
    const isSentTo = (element: Element) => {
      const written = attributeOf(element, 'action');
      return written === action || written?.split('?')[0] === action;
    };
    return this.all('form').find(isSentTo) ?? assert.fail(`There is no form for ${action}`);
  }

  /** Its entries as they are. */
  form(action: string): Readonly<Record<string, string>> {
    const form = this.#formOf(action);
    const isUnchecked = (element: Element) =>
      attributeOf(element, 'type') === 'checkbox' && attributeOf(element, 'checked') === undefined;
    const inputs = [...elementsIn(form)].filter(
      (element) => ['input', 'textarea'].includes(element.tagName) && !isUnchecked(element),
    );
    return Object.fromEntries(
      inputs.map((input) => [attributeOf(input, 'name') ?? '', attributeOf(input, 'value') ?? textOf(input)]),
    );
  }

  /**
   * Fails where text became markup: a script or a picture that is not ours, an event handler, a style, or an id twice; where a column has no name; and
   * where the script has something to do and is not loaded, or the other way round.
   */
  assertValid(): void {
    const reactsTo = /^data-(?:show|copy|print|fragment|done|once)$/;
    const isForScript = this.#elements.some(({ attrs }) => attrs.some(({ name }) => reactsTo.test(name)));
    assert.equal(this.all('script').length, isForScript ? 1 : 0, 'the script');
    for (const element of this.#elements) {
      const source = attributeOf(element, 'src');
      if (source !== undefined || element.tagName === 'script') assert.match(source ?? '', /^\/assets\//);
      for (const { name, value } of element.attrs) {
        assert.doesNotMatch(name, /^on|^style$/, this.body);
        if (name === 'href' || name === 'action') assert.match(value, /^(?:\/(?!\/)|#|mailto:)/);
      }
    }
    for (const heading of this.all('th')) assert.notEqual(textOf(heading).trim(), '', 'a column has no name');
    const ids = this.#elements.flatMap((element) => attributeOf(element, 'id') ?? []);
    assert.equal(new Set(ids).size, ids.length, `an id is there twice: ${ids}`);
  }

  /** Sentences beside the field. */
  errorOf(id: string): string | undefined {
    return this.text('p', ['id', `${id}-e`]) ?? this.text('div', ['id', `${id}-e`]);
  }
}

export const attributeOf = (element: Element, name: string): string | undefined =>
  element.attrs.find((attribute) => attribute.name === name)?.value;

/** Is an address that of an element of its own page? It takes no request. */
export const isOnPage = (address: string): boolean => address.startsWith('#');

const elementsIn = function* (node: DefaultTreeAdapterTypes.ParentNode): Generator<Element> {
  for (const child of node.childNodes) {
    if (!('tagName' in child)) continue;
    yield child;
    yield* elementsIn(child);
  }
};

export const textOf = (node: DefaultTreeAdapterTypes.ParentNode): string =>
  node.childNodes
    .map((child) => ('value' in child ? child.value : 'childNodes' in child ? textOf(child) : ''))
    .join('');
