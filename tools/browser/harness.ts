import assert from 'node:assert/strict';
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Environment, readConfig } from '../../src/composition/config/config.ts';
import { type Service, startService } from '../../src/composition/runtime/service.ts';
import { Ports } from '../../src/composition/wiring/ports.ts';
import type { Role } from '../../src/domain/access/scope.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import { Email } from '../../src/domain/user/email.ts';
import { User } from '../../src/domain/user/user.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { UserName } from '../../src/domain/user/user-name.ts';
import type { Mail } from '../../src/ports/mailer.ts';

const PICTURES = join(import.meta.dirname, '../../build/pictures');

/** The pictures in README.md. `npm run screenshots` takes them. */
const PUBLISHED = join(import.meta.dirname, '../../docs/images');

export const PASSWORD = 'correct horse battery staple';

/** Of what a test does by a use case, without a page. */
export const CLIENT = { ip: '192.0.2.7', userAgent: 'application', requestId: 'seed' };

/** The executable of CHROMIUM_PATH, one on PATH, or that of the package. */
const executable = async (): Promise<string> => {
  const set = process.env.CHROMIUM_PATH;
  if (set) return set;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
      const executablePath = join(folder, name);
      try {
        accessSync(executablePath, constants.X_OK);
        return executablePath;
      } catch {}
    }
  }
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
};

/** The service on a port of its own, over a SQLite file where no other store is set, its people, and the emails it sends. */
export const startSite = async (settings: Environment = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-browser-'));
  const config = readConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
    SAMPLE_USERS: 'off',
    DATABASE_URL: `file:${join(folder, 'guildhall.db')}`,
    ARGON2_MEMORY_KIB: '64',
    ARGON2_TIME_COST: '1',
    SUPPORT_EMAIL: 'help@example.com',
    GITHUB_API_URL: 'http://127.0.0.1:9',
    TWITTER_API_URL: 'http://127.0.0.1:9',
    ...settings,
  });
  const emails: Mail[] = [];
  const mailer = { send: async (email: Mail) => void emails.push(email), close: () => {} };
  const service = await startService(config, { mailer });
  // Without the background worker: an email that it has just claimed would be in no list yet.
  const url = await service.app.listen({ host: '127.0.0.1', port: config.port });
  return {
    ...service,
    url,
    /** Registers a person, and gives them a role. @returns their id */
    join: (email: string, options: { name?: string; role?: Role } = {}) => register(service, email, options),
    /** Sends what is queued. @returns the latest email to an address */
    async latestEmail(to: string): Promise<Mail> {
      await service.useCases.deliverMail.execute();
      return emails.findLast((email) => email.to === to) ?? assert.fail(`no email to ${to}`);
    },
    async [Symbol.asyncDispose]() {
      await service.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type { Page };

export type Site = Awaited<ReturnType<typeof startSite>>;

const register = async (
  { container }: Pick<Service, 'container'>,
  email: string,
  { name, role }: { name?: string; role?: Role },
): Promise<string> => {
  const hash = await container
    .resolve(Ports.passwordHasher)
    .hash(new Secret(PASSWORD), { network: '127.0.0.1', account: email });
  const at = container.resolve(Ports.clock).now();
  const user = User.register({
    id: UserId.parse(container.resolve(Ports.idGenerator).next()),
    email: Email.parse(email),
    name: name === undefined ? null : UserName.parse(name),
    age: null,
    passwordHash: hash,
    at,
  });
  await container
    .resolve(Ports.unitOfWork)
    .run(({ users }) => users.save(role === undefined ? user : user.withRole(role, at)));
  return user.id;
};

export type Screen = Readonly<{ width: number; height: number; colorScheme: 'light' | 'dark' }>;

const SCREENS: readonly Screen[] = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, height: width === 390 ? 844 : 900, colorScheme })),
);

/** A person in front of a browser. Collects what goes wrong in it. */
class Visit {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #site: string;
  readonly #hasScript: boolean;
  readonly #faults: string[] = [];

  private constructor(context: BrowserContext, page: Page, site: string, hasScript: boolean) {
    this.#context = context;
    this.page = page;
    this.#site = site;
    this.#hasScript = hasScript;
    page.on('console', (message) => {
      // The browser itself logs each status of 400 and above.
      const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status of');
      if (message.type() === 'error' && !isStatus) this.#faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#faults.push(`script: ${error.message}`));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== site) this.#faults.push(`request to ${request.url()}`);
    });
  }

  static async begin(browser: Browser, site: string, { script = true } = {}): Promise<Visit> {
    const context = await browser.newContext({ javaScriptEnabled: script, reducedMotion: 'reduce' });
    return new Visit(context, await context.newPage(), site, script);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.#site + path);
  }

  async logIn(email: string, password = PASSWORD): Promise<void> {
    await this.open('/login');
    await this.page.getByLabel('Email').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Log in' }).click();
  }

  /**
   * Takes a picture of the page in each size and colour scheme, into build/pictures, and checks its accessibility, and
   * that nothing on it has moved since it was loaded but for what a person did. Not without script: the checks are one.
   * @param name of the pictures
   */
  async look(name: string): Promise<void> {
    if (!this.#hasScript) return;
    mkdirSync(PICTURES, { recursive: true });
    await this.#checkShift(name);
    for (const { width, height, colorScheme } of SCREENS) {
      await this.page.setViewportSize({ width, height });
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await this.page.screenshot({ path: join(PICTURES, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      await this.#checkWidth(name);
      await this.#checkAccessibility(`${name} ${width} ${colorScheme}`);
    }
    // A page of 1280 pixels at a zoom of 400 %, WCAG 1.4.10.
    await this.page.setViewportSize({ width: 320, height: 640 });
    await this.#checkWidth(name);
  }

  /** Opens each page anew, and checks that nothing on it moves while it arrives. */
  async assertStill(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      // A fragment alone would load nothing.
      await this.page.goto('about:blank');
      await this.open(path);
      await this.#checkShift(path);
    }
  }

  /**
   * Takes the picture of the whole page that README.md shows, where SCREENSHOTS is `on`.
   * @param name of the file
   */
  async publish(name: string): Promise<void> {
    if (process.env.SCREENSHOTS !== 'on') return;
    mkdirSync(PUBLISHED, { recursive: true });
    await this.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await this.page.setViewportSize({ width: 1280, height: 800 });
    // The side bar is as high as the window.
    const height = await this.page.evaluate<number>('document.documentElement.scrollHeight');
    await this.page.setViewportSize({ width: 1280, height });
    await this.page.screenshot({ path: join(PUBLISHED, `${name}.png`) });
  }

  /** Fails where the console, the content policy or a request to another host said anything. */
  assertQuiet(): void {
    assert.deepEqual(this.#faults, []);
  }

  async end(): Promise<void> {
    this.assertQuiet();
    await this.#context.close();
  }

  async #checkShift(name: string): Promise<void> {
    const { sum, moved } = await this.page.evaluate<Shift>(LAYOUT_SHIFT);
    assert.ok(sum < 0.001, `${name} moves while it loads: ${sum} by ${moved.join(', ')}`);
  }

  async #checkWidth(name: string): Promise<void> {
    const [shown, whole] = await this.page.evaluate<[number, number]>(
      '[document.documentElement.clientWidth, document.documentElement.scrollWidth]',
    );
    assert.ok(whole <= shown, `${name} scrolls sideways: ${whole} of ${shown} pixels`);
  }

  async #checkAccessibility(what: string): Promise<void> {
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate<Report>('axe.run()');
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const shown = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    assert.deepEqual(shown, [], what);
  }
}

type Shift = { sum: number; moved: string[] };

/** The sum of the layout shifts of this page, as in Cumulative Layout Shift of Web Vitals, and the elements that moved. */
const LAYOUT_SHIFT = `new Promise((resolve) => {
  const shift = { sum: 0, moved: [] };
  const add = (entries) => {
    for (const { value, hadRecentInput, sources } of entries) {
      if (hadRecentInput) continue;
      shift.sum += value;
      for (const { node } of sources) shift.moved.push((node?.outerHTML ?? node?.textContent ?? '').slice(0, 80));
    }
  };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(shift)));
})`;

type Report = { violations: { id: string; impact: string; nodes: { html: string }[] }[] };

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Called before any file of a run: the package unpacks its browser once, not in several processes at a time. */
export const globalSetup = async (): Promise<void> => {
  process.env.CHROMIUM_PATH = await executable();
};

/** Without the sandbox, which a container does not allow. It opens our own pages only. */
const startBrowser = async (): Promise<Browser> =>
  chromium.launch({ executablePath: await executable(), args: ['--no-sandbox', '--disable-gpu'] });

/**
 * A site and a browser for all tests of a suite.
 * @param prepare fills the store of the site
 * @param settings of the site
 */
export const useSite = (
  prepare: (site: Site) => Promise<void> = async () => {},
  settings: () => Promise<Environment> = async () => ({}),
) => {
  let site: Site;
  let browser: Browser;
  before(async () => {
    [site, browser] = await Promise.all([settings().then(startSite), startBrowser()]);
    await prepare(site);
  });
  after(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });
  return {
    get site() {
      return site;
    },
    /** @param options.site another one; default: that of the suite */
    visit: ({ site: other, script }: { site?: Site; script?: boolean } = {}) =>
      Visit.begin(browser, (other ?? site).url, { script }),
  };
};
