import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Environment } from '../../src/composition/config/config.ts';
import { readConfig } from '../../src/composition/config/config.ts';
import { type ServiceOptions, startService } from '../../src/composition/runtime/service.ts';
import { type Container, Ports } from '../../src/composition/wiring/ports.ts';
import type { SecurityEvent } from '../../src/ports/security-log.ts';
import type { StoreHealth } from '../../src/ports/store-health.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { FixedClock } from '../doubles/fixed-clock.ts';
import { MemoryMailer } from '../doubles/memory-mailer.ts';
import { MemoryRandomUsers } from '../doubles/memory-random-users.ts';
import { MemorySecurityLog } from '../doubles/memory-security-log.ts';
import { OpenapiJudge } from './openapi-judge.ts';
import { rowsIn } from './rows.ts';

/** A store with these problems. */
export const withProblems = (container: Container, problems: StoreHealth['problems']): void => {
  const health = container.resolve(Ports.storeHealth);
  container.register(Ports.storeHealth, { useValue: { problems, describe: () => health.describe() } });
};

/** Calls `then` after each verification of a password. */
export const afterVerification = (container: Container, then: () => unknown): void => {
  const real = container.resolve(Ports.passwordHasher);
  container.register(Ports.passwordHasher, {
    useValue: {
      hash: (password) => real.hash(password),
      expectParameters: (parameters) => real.expectParameters(parameters),
      isOutdated: (stored) => real.isOutdated(stored),
      async verify(stored, password) {
        const isRight = await real.verify(stored, password);
        await then();
        return isRight;
      },
    },
  });
};

/** Port 9 discards: no test asks the real ones by mistake. */
const UNREACHABLE = { GITHUB_API_URL: 'http://127.0.0.1:9', TWITTER_API_URL: 'http://127.0.0.1:9' };

/** Hashes that cost next to nothing: most tests are about something else. */
const CHEAP_HASHES = { ARGON2_MEMORY_KIB: '64', ARGON2_TIME_COST: '1' };

const openapiOf = async (app: FastifyInstance) => {
  const document = (await app.documentation()).swagger();
  return { document, judge: new OpenapiJudge(document) };
};

/** By settings: the document follows from them, so that apps with the same ones share it with its compiled schemas. */
const openapis = new Map<string, ReturnType<typeof openapiOf>>();

/** Lines of the log by which Fastify says that a handler is wrong, though the client has its answer. */
const MISUSE = /Promise errored, but reply\.sent|FST_ERR_REP_ALREADY_SENT|FST_ERR_PROMISE_NOT_FULFILLED/;

export const ADMIN_KEY = 'test-admin-key-0123456789-abcdefghijklmnop';

export type Answer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string | string[] | number | undefined>>;
  body: string;
  /** Parsed; fails the test where the body is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects
  json: () => any;
  /** Value of the session cookie that was set; `undefined` where none was. */
  session: string | undefined;
}>;

export type Ask = Omit<InjectOptions, 'method' | 'url' | 'path'> & {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as a form. */
  form?: Record<string, string>;
  /** Sent as the session cookie. */
  session?: string | undefined;
  bearer?: string;
};

/**
 * The whole service as it ships, over a real SQLite file, with a clock the test turns and a post it can read. Every
 * answer is held against the service's own OpenAPI document.
 */
export const startTestApp = async (
  settings: Environment = {},
  overrides: (container: Container) => void = () => {},
  { logSink, limits }: Pick<ServiceOptions, 'logSink' | 'limits'> = {},
) => {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-test-'));
  const clock = new FixedClock(NEW_YEAR);
  const post = new MemoryMailer();
  const securityLog = new MemorySecurityLog();
  const databaseFile = join(folder, 'guildhall.db');
  const misuses: string[] = [];
  const onMisuse = { write: (line: string) => void (MISUSE.test(line) && misuses.push(line)) };
  const config = readConfig({
    PORT: '0',
    LOG_LEVEL: 'error',
    SAMPLE_USERS: 'off',
    // Most people with a role that a test makes have no authenticator app.
    REQUIRE_MFA: 'off',
    DATABASE_URL: `file:${databaseFile}`,
    ...CHEAP_HASHES,
    ...UNREACHABLE,
    ...settings,
  });
  const service = await startService(config, {
    mailer: { send: (mail, id) => post.send(mail, id), close: () => {} },
    logSink: logSink ?? onMisuse,
    limits,
    overrides: (container) => {
      const written = container.resolve(Ports.securityLog);
      const record = (event: SecurityEvent) => {
        securityLog.record(event);
        written.record(event);
      };
      container.register(Ports.clock, { useValue: clock });
      container.register(Ports.securityLog, { useValue: { record } });
      // No test asks the real service; one that starts a simulator says where.
      if (settings.RANDOM_USER_API_URL === undefined) {
        container.register(Ports.randomUserSource, { useValue: new MemoryRandomUsers() });
      }
      overrides(container);
    },
  });
  const { app, useCases } = service;
  await app.ready();
  // Which store and which networks there are makes no difference.
  const key = JSON.stringify([settings, limits], (name, value) => (/^DATABASE_URL$|_API_URL$/.test(name) ? '' : value));
  const openapi = openapis.get(key) ?? openapiOf(app);
  openapis.set(key, openapi);
  const { document, judge } = await openapi;
  const cookieName = config.mode === 'production' ? '__Host-session_id' : 'session_id';

  const call = async (method: string, path: string, ask: Ask = {}): Promise<Answer> => {
    const { json, form, session, bearer, headers, ...rest } = ask;
    const answer = await app.inject({
      method: method as 'GET',
      url: path,
      ...rest,
      ...(json === undefined ? {} : { payload: JSON.stringify(json) }),
      ...(form === undefined ? {} : { payload: new URLSearchParams(form).toString() }),
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(session === undefined ? {} : { cookie: `${cookieName}=${session}` }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
    });
    const contentType = answer.headers['content-type'] as string | undefined;
    const [plainPath = '/'] = path.split('?', 1);
    const { statusCode: status, headers: answered, body } = answer;
    judge.judge({ method, path: plainPath, status, contentType, headers: answered, body });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body,
      json: () => JSON.parse(answer.body),
      session: answer.cookies.find(({ name, value }) => name === cookieName && value !== '')?.value,
    };
  };

  return {
    ...service,
    config,
    document,
    clock,
    post,
    securityLog,
    call,
    cookieName,
    judge,
    folder,
    databaseFile,
    /** How many rows each table has. */
    rows: () => rowsIn(databaseFile),
    /** Opens a port for those who must see the bytes; use {@link call} where they do not matter. */
    async listen(): Promise<number> {
      await app.listen({ host: config.host, port: 0 });
      return (app.server.address() as AddressInfo).port;
    },
    /** Sends what is due, as the worker would. */
    async deliverMail() {
      await useCases.notifyLockedLogins.execute();
      return useCases.deliverMail.execute();
    },
    async [Symbol.asyncDispose]() {
      await service.close();
      rmSync(folder, { recursive: true, force: true });
      assert.deepEqual(misuses, [], 'a handler answered twice, or failed after its answer');
    },
  };
};

export type TestApp = Awaited<ReturnType<typeof startTestApp>>;
