import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Client } from 'pg';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { startLicenseApp } from '../http/license-app.ts';
import { join } from '../http/people.ts';
import { codeOf, enrol, SEALING } from '../http/second-factors.ts';
import { ADMIN_KEY, type Ask, startTestApp, type TestApp } from '../http/test-app.ts';
import { connected } from './connected.ts';
import { aPostgresDatabase } from './shared-postgres.ts';

const WRONG = 'not the pass phrase of ada';

/** Each asks for something that counts an attempt on an account with a second factor. `challenge`: of a log-in. */
const REQUESTS: Record<
  string,
  (context: { code: string; challenge: string; password: string }) => [string, string, Ask]
> = {
  'a log-in': ({ password, code }) => ['POST', '/sessions', { json: { email: 'ada@example.com', password, code } }],
  'the code of a log-in': ({ challenge, code }) => ['POST', '/sessions/challenge', { json: { challenge, code } }],
  'a step-up': ({ password, code }) => ['POST', '/sessions/elevate', { json: { password, code } }],
  'a wrong current password': () => [
    'PATCH',
    '/users/ADA',
    { json: { password: 'another pass phrase', current_password: WRONG } },
  ],
  'the first code of a second factor': () => ['PUT', '/mfa/totp', { json: { code: '000000' } }],
};

/** Ada with a second factor. `arrange` makes rows of all counters and a log-in that waits for its code. */
const prepared = async (app: TestApp) => {
  const ada = await join(app);
  const { secret } = await enrol(app, ada);
  const { email, password } = ada;
  const arrange = async () => {
    app.clock.advance(15 * 60_000);
    await app.call('POST', '/sessions', { json: { email, password: WRONG } });
    await app.call('POST', '/sessions', { json: { email, password, code: '000000' } });
    const { challenge } = (await app.call('POST', '/sessions', { json: { email, password } })).json();
    return { challenge, code: codeOf(app, secret), password };
  };
  return { ada, arrange };
};

/** Resolves when the request waits for a lock. */
const waitsForLock = async (watcher: Client, answer: Promise<{ body: string }>) => {
  let isAnswered = false;
  void answer.finally(() => {
    isAnswered = true;
  });
  const waiting =
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and state = 'active'";
  while (!isAnswered && (await watcher.query(waiting)).rows.length === 0) await new Promise(setImmediate);
  if (isAnswered) assert.fail((await answer).body);
};

describe('On Postgres the account is locked before its counters and log-ins', () => {
  for (const [what, request] of Object.entries(REQUESTS)) {
    it(`by ${what}`, async () => {
      await using database = await aPostgresDatabase();
      await using app: TestApp = await startTestApp({ DATABASE_URL: database.url, ...SEALING });
      const { ada, arrange } = await prepared(app);
      const context = await arrange();
      const holder = await connected(database.url);
      const watcher = await connected(database.url);
      try {
        await holder.query('begin');
        await holder.query('select 1 from users for update');
        const [method, path, ask] = request(context);
        const answer = app.call(method, path.replace('ADA', ada.id), { session: ada.session, ...ask });
        await waitsForLock(watcher, answer);
        const attempts = await watcher.query('select 1 from attempts for update skip locked');
        const challenges = await watcher.query('select 1 from login_challenges for update skip locked');
        const all = await watcher.query(
          'select (select count(*) from attempts) + (select count(*) from login_challenges) as n',
        );
        await holder.query('rollback');
        assert.ok((await answer).status < 500);
        assert.equal(attempts.rows.length + challenges.rows.length, Number(all.rows[0].n), 'rows that are not locked');
      } finally {
        await holder.end();
        await watcher.end();
      }
    });
  }
});

/** Before the request. `rows` of the counters that it does not touch. */
type Before = Readonly<{ sql: string; rows: string }>;

const NOTHING: Before = { sql: 'select 1', rows: '' };

/** The network is known no longer, and has its counts from before. */
const WAS_KNOWN: Before = { sql: 'delete from known_networks', rows: 'login-known-address:%' };

describe('On Postgres the counters of log-ins are locked in the order of their keys', () => {
  const requests: typeof REQUESTS = {
    ...REQUESTS,
    'a wrong log-in': () => ['POST', '/sessions', { json: { email: 'ada@example.com', password: WRONG } }],
  };
  const { 'the first code of a second factor': _, ...counting } = requests;
  const cases = Object.entries(counting).map(([what, request]) => [what, request, NOTHING] as const);
  const log = Object.entries(REQUESTS).slice(0, 2);
  const ofNetworks = log.map(
    ([what, request]) => [`${what} from a network that was known`, request, WAS_KNOWN] as const,
  );
  for (const [what, request, { sql, rows }] of [...cases, ...ofNetworks]) {
    for (const isNew of [false, true]) {
      it(`by ${what}${isNew ? ', also one that another unit of work adds' : ''}`, async () => {
        await using database = await aPostgresDatabase();
        await using app: TestApp = await startTestApp({ DATABASE_URL: database.url, ...SEALING });
        const { ada, arrange } = await prepared(app);
        const holder = await connected(database.url);
        const watcher = await connected(database.url);
        const keysOf = async (sql: string): Promise<string[]> =>
          (await watcher.query(sql)).rows.map(({ key }) => key).sort();
        try {
          for (let nth = 0, count = 1; nth < count; nth += 1) {
            const context = await arrange();
            await watcher.query(sql);
            await watcher.query('delete from attempts where key like $1', [rows]);
            const keys = await keysOf("select key from attempts where key like 'login-%'");
            count = keys.length;
            const held = keys[nth];
            if (isNew) await watcher.query('delete from attempts where key = $1', [held]);
            await holder.query('begin');
            await holder.query(
              isNew
                ? "insert into attempts values ($1, 1, '2000-01-01T00:00:00.000Z')"
                : 'select 1 from attempts where key = $1 for update',
              [held],
            );
            const [method, path, ask] = request(context);
            const answer = app.call(method, path.replace('ADA', ada.id), { session: ada.session, ...ask });
            await waitsForLock(watcher, answer);
            const free = await keysOf("select key from attempts where key like 'login-%' for update skip locked");
            await holder.query('rollback');
            assert.ok((await answer).status < 500);
            const locked = keys.filter((key) => !free.includes(key));
            assert.deepEqual(locked, keys.slice(0, nth + 1), `while it waits for ${held}`);
          }
        } finally {
          await holder.end();
          await watcher.end();
        }
      });
    }
  }
});

describe('On Postgres licenses are locked in the order of their ids', () => {
  it('by the notices of their end, whichever ends first', async () => {
    await using database = await aPostgresDatabase();
    await using app = await startLicenseApp({ DATABASE_URL: database.url, EXPIRY_NOTICES: 'on' });
    const first = await app.issue({ expires_at: '2026-01-11T00:00:00Z' });
    const second = await app.issue({ expires_at: '2026-01-10T00:00:00Z' });
    await using holder = await connected(database.url);
    await using watcher = await connected(database.url);
    await holder.query('begin');
    await holder.query('select 1 from licenses where id = $1 for update', [first.id]);
    const notified = app.useCases.sendExpiryNotices.execute(async () => {}).then(() => ({ body: 'notified' }));
    await waitsForLock(watcher, notified);
    const free = await watcher.query('select id from licenses for update skip locked');
    await holder.query('rollback');
    await notified;
    assert.deepEqual(free.rows, [{ id: second.id }]);
  });
});

describe('On Postgres an invitation', () => {
  it('is sent while the account of the person who invites is locked', async () => {
    await using database = await aPostgresDatabase();
    await using app = await startTestApp({ DATABASE_URL: database.url, ADMIN_API_KEY: ADMIN_KEY });
    const [ada, bob] = [await join(app), await join(app, 'bob@example.com')];
    await app.call('PUT', `/staff/${bob.id}`, { bearer: ADMIN_KEY, json: { role: 'reader' } });
    await app.deliverMail();
    const { ttlMs, requestId } = { ttlMs: 600_000, requestId: 'r-1' };
    const email = { kind: 'staff-invitation', to: bob.email, by: ada.id, ttlMs, requestId } as const;
    const id = app.container.resolve(Ports.idGenerator).next();
    const unitOfWork = app.container.resolve(Ports.unitOfWork);
    await unitOfWork.run(({ outbox }) => outbox.add(id, email, app.clock.now()));
    await using holder = await connected(database.url);
    await holder.query('begin');
    await holder.query('select 1 from users where id = $1 for update', [ada.id]);
    await app.deliverMail();
    await holder.query('rollback');
    assert.match(app.post.sent.at(-1)?.mail.text ?? '', /ada@example\.com has given this address the role reader/);
  });
});
