import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { type Start, Workplace } from './guildhall-process.ts';

/** A new and empty database for one test; it is gone when it is disposed of. */
export type NewDatabase = AsyncDisposable & Readonly<{ url: string }>;

export type Answer = Readonly<{ status: number; headers: Headers; body: string }>;
export type Ask = Readonly<{ json?: object; cookie?: string; license?: string }>;

/** One of several instances, as those see it who call it. */
export type Instance = Readonly<{
  call(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** What it has said. */
  said(): string;
  kill(): Promise<void>;
}>;

/** Instances on one database, started at the same moment. Administration is open. */
export const startTogether = async (database: NewDatabase, starts: readonly Start[]) => {
  const workplace = new Workplace();
  const start = async ({ settings, ...rest }: Start): Promise<Instance> => {
    const own = { DATABASE_URL: database.url, SAMPLE_USERS: 'off', ...settings };
    const service = workplace.serve({ settings: own, ...rest });
    const address = await service.address();
    return {
      call: (method, path, ask) => call(`${address}${path}`, method, ask),
      said: () => service.out,
      async kill() {
        service.signal('SIGKILL');
        await service.end();
      },
    };
  };
  try {
    const instances = await Promise.all(starts.map(start));
    return Object.assign(instances, {
      /** One more, on the same database. */
      join: start,
      cli: (args: readonly string[]) => workplace.cli(args, { settings: { DATABASE_URL: database.url } }).end(),
      [Symbol.asyncDispose]: () => workplace[Symbol.asyncDispose](),
    });
  } catch (error) {
    await workplace[Symbol.asyncDispose]();
    throw error;
  }
};

export type Instances = Awaited<ReturnType<typeof startTogether>>;

export const PASSWORD = 'correct horse battery';

const call = async (url: string, method: string, { json, cookie, license }: Ask = {}): Promise<Answer> => {
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(json && { 'content-type': 'application/json' }),
      ...(cookie !== undefined && { cookie }),
      ...(license !== undefined && { authorization: `License ${license}` }),
    },
    ...(json && { body: JSON.stringify(json) }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
};

/** @returns the body of an answer that must be good */
export const good = async <T = Record<string, string>>(answer: Promise<Answer>): Promise<T> => {
  const { status, body } = await answer;
  assert.ok(status < 300, `${status} ${body}`);
  return JSON.parse(body) as T;
};

export const register = (instance: Instance, email: string): Promise<Answer> =>
  instance.call('POST', '/register', { json: { email, password: PASSWORD, age: 36 } });

/** @returns the cookie of the new session, as a client sends it back */
export const logIn = async (instance: Instance, email: string, password = PASSWORD): Promise<string> => {
  const { status, headers, body } = await instance.call('POST', '/sessions', { json: { email, password } });
  assert.equal(status, 200, body);
  return headers.getSetCookie()[0]?.split(';')[0] ?? '';
};

export const profile = async (instance: Instance, cookie: string): Promise<number> =>
  (await instance.call('GET', '/profile', { cookie })).status;

/** Longer than anything here takes on the slowest machine. Unit: ms. */
const MAX_WAIT_MS = 600_000;

/** Waits until it is so. @throws where it never is */
export const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const end = performance.now() + MAX_WAIT_MS;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, `Not so within ${MAX_WAIT_MS} ms: ${isSo}`);
    await wait(20);
  }
};

export const statusesOf = async (answers: readonly Promise<Answer>[]): Promise<number[]> =>
  (await Promise.all(answers)).map(({ status }) => status).sort();
