import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { Ports } from '../../src/composition/wiring/ports.ts';
import type { AttemptCounters } from '../../src/ports/attempt-counters.ts';
import { PortError } from '../../src/ports/port-error.ts';
import type { UnitOfWork } from '../../src/ports/unit-of-work.ts';
import { joinAs, pagesOf } from '../pages/browser.ts';
import { operationsOf } from './operations.ts';
import { join, logIn, PASSWORD } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp, withProblems } from './test-app.ts';

/** Does something to the store behind the back of the service. */
const inTheStore = ({ databaseFile }: TestApp, statement: string): void => {
  const database = new Database(databaseFile);
  database.exec(statement);
  database.close();
};

/** A few tenths of a second each: requests made at once meet even where it takes seconds to begin with all of them. */
const SLOW_HASHES = { HASHING_CONCURRENCY: '1', ARGON2_MEMORY_KIB: '16384', ARGON2_TIME_COST: '20' };

/** Hashes run at a low priority: on a busy machine five of them may take longer than the time for a response. */
const startWithSlowHashes = (settings: Record<string, string>) =>
  startTestApp({ ...SLOW_HASHES, ...settings }, () => {}, {
    limits: { handlerTimeoutMs: 200_000, stalledConnectionMs: 200_000 },
  });

/** An export is written to the audit log. */
const RECORDED: ReadonlySet<string> = new Set(['/audit/export', '/users/{id}/export']);

describe('too many passwords at once', () => {
  it('ASVS 15.2.2: are turned away with 503 and Retry-After, while everything else is served', async () => {
    await using app = await startWithSlowHashes({ HASHING_QUEUE: '2', THROTTLE: 'off' });
    const { session, email } = await join(app);
    const logins = Array.from({ length: 20 }, () =>
      app.call('POST', '/sessions', { json: { email, password: PASSWORD } }),
    );
    const profile = await app.call('GET', '/profile', { session });
    const answers = await Promise.all(logins);
    assert.equal(profile.status, 200);
    const refused = answers.filter(({ status }) => status !== 200);
    assert.ok(refused.length > 0 && refused.length < 20, `${refused.length} refused`);
    for (const answer of refused) {
      mustBeProblem(answer, 503, 'hashing.busy');
      assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
    await logIn(app);
  });

  it('OWASP API4:2023: of one account, with its right password, do not lock the others out', async () => {
    await using app = await startWithSlowHashes({ HASHING_QUEUE: '4', THROTTLE: 'off' });
    const { email } = await join(app);
    const victim = await join(app, 'grace@example.com');
    const logInAs = (email: string) => app.call('POST', '/sessions', { json: { email, password: PASSWORD } });
    const flood = Array.from({ length: 20 }, () => logInAs(email));
    // Each rejection has been decided by now, so that the queue is full.
    await flood.at(-1);
    const answer = await logInAs(victim.email);
    assert.equal(answer.status, 200);
    const statuses = (await Promise.all(flood)).map(({ status }) => status);
    assert.ok(statuses.includes(503));
  });

  it('ASVS 15.2.2: leave nothing behind where they are refused', async () => {
    await using app = await startWithSlowHashes({ HASHING_QUEUE: '0' });
    const registrations = await Promise.all(
      Array.from({ length: 10 }, (_, nth) =>
        app.call('POST', '/register', { json: { email: `p${nth}@example.com`, password: PASSWORD, age: 36 } }),
      ),
    );
    const kept = registrations.filter(({ status }) => status === 201).length;
    assert.ok(kept > 0 && kept < 10);
    assert.deepEqual([app.rows().users, app.rows().outbox], [kept, kept]);
  });
});

describe('readiness', () => {
  it('is yes when the store answers and is up to date', async () => {
    await using app = await startTestApp();
    assert.deepEqual((await app.call('GET', '/_ready')).json(), { status: 'OK' });
  });

  it('is no, with the name of the migration that is missing', async () => {
    await using app = await startTestApp();
    inTheStore(app, "delete from kysely_migration where name = '0001-accounts'");
    const answer = await app.call('GET', '/_ready');
    mustBeProblem(answer, 503, 'service.not-ready', /0001-accounts/);
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/);
    assert.equal((await app.call('GET', '/_health')).status, 200);
  });

  it('is no when the store does not answer', async () => {
    await using app = await startTestApp({}, (container) => {
      withProblems(container, async () => ['The store does not answer.']);
    });
    mustBeProblem(await app.call('GET', '/_ready'), 503, 'service.not-ready', /store/);
  });
});

describe('a store that fails', () => {
  it('ASVS 16.5.1 and 11.2.5: is a 500 without details, and gives no access', async () => {
    await using app = await startTestApp();
    const { session, id, email } = await join(app);
    for (const table of ['sessions', 'attempts', 'users', 'outbox', 'password_resets']) {
      inTheStore(app, `alter table ${table} rename to hidden_${table}`);
    }
    const asked = [
      ['GET', '/profile', { session }],
      ['GET', '/users', {}],
      ['GET', `/users/${id}`, {}],
      ['PATCH', `/users/${id}`, { json: { name: 'x' } }],
      ['DELETE', `/users/${id}`, {}],
      ['POST', '/sessions', { json: { email, password: PASSWORD } }],
      ['POST', '/register', { json: { email: 'e@example.com', password: PASSWORD, age: 36 } }],
      ['POST', '/users', { form: { email: 'e@example.com', password: PASSWORD } }],
      ['POST', '/reset_password', { json: { email } }],
      ['PUT', '/reset_password', { json: { email, reset_token: 'x', new_password: 'a harmless new phrase' } }],
    ] as const;
    for (const [method, path, ask] of asked) {
      const answer = await app.call(method, path, ask);
      mustBeProblem(answer, 500, 'server.failed');
      assert.doesNotMatch(answer.body, /hidden|table|SQL/i);
      assert.equal(answer.session, undefined);
    }
  });

  it('ASVS 16.5.3: rejects log-ins while attempts cannot be counted', async () => {
    await using app = await startTestApp({}, (container) => {
      const real = container.resolve(Ports.unitOfWork);
      const uncounted: Pick<AttemptCounters, 'count'> = {
        count: async () => {
          throw new PortError('store.unavailable', 'counters are gone');
        },
      };
      const run: UnitOfWork['run'] = (work) =>
        real.run((stores) => {
          const { attempts } = stores;
          const rest = {
            read: attempts.read.bind(attempts),
            lock: async () => {},
            refund: async () => {},
            clear: async () => {},
          };
          return work({ ...stores, attempts: { ...uncounted, ...rest } });
        });
      container.register(Ports.unitOfWork, { useValue: { run } });
    });
    await app.call('POST', '/users', { form: { email: 'ada@example.com', password: PASSWORD } });
    const answer = await app.call('POST', '/sessions', { json: { email: 'ada@example.com', password: PASSWORD } });
    mustBeProblem(answer, 503, 'store.unavailable');
    assert.equal(answer.session, undefined);
    assert.doesNotMatch(answer.body, /counters/);
  });

  it('that another connection locks costs a 503, and works again afterwards', async () => {
    await using app = await startTestApp();
    const { email } = await join(app);
    const other = new Database(app.databaseFile);
    other.exec('begin immediate');
    const answer = await app.call('POST', '/sessions', { json: { email, password: PASSWORD } });
    mustBeProblem(answer, 503, 'store.unavailable');
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/);
    other.exec('rollback');
    other.close();
    await logIn(app);
  });

  it('that another connection locks is still read, for every page and resource that records nothing', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const { id, session } = await joinAs(app, 'ada@example.com', 'admin');
    const issued = await app.call('POST', `/users/${id}/licenses`, { json: {}, bearer: ADMIN_KEY });
    const { id: license } = issued.json();
    const resources = operationsOf(app).flatMap(({ method, template }) => {
      const path = template.replace('/users/{id}', `/users/${id}`).replace('/licenses/{id}', `/licenses/${license}`);
      const isRecorded = RECORDED.has(template);
      return method === 'GET' && !path.includes('{') && !isRecorded ? [path] : [];
    });
    const created = await app.call('POST', '/tokens', { session, json: { name: 'ci', scopes: ['licenses:read'] } });
    const pages = pagesOf(app, { account: id, license, token: created.json().id });
    const other = new Database(app.databaseFile);
    other.exec('begin immediate');
    const refused: string[] = [];
    for (const path of [...resources, ...pages]) {
      const { status } = await app.call('GET', path, { session, headers: { accept: 'text/html, */*' } });
      if (status >= 500 || (status !== 200 && pages.includes(path))) refused.push(`${status} ${path}`);
    }
    other.exec('rollback');
    other.close();
    assert.deepEqual(refused, []);
  });

  it('ASVS 11.2.5: with a damaged hash refuses the log-in like any other', async () => {
    await using app = await startTestApp();
    const { email } = await join(app);
    for (const hash of ['', 'x', '$argon2id$v=19$m=64,t=1,p=1$AAAA', '$2b$10$abcdefghijklmnopqrstuv']) {
      inTheStore(app, `update users set password_hash = '${hash}'`);
      const answer = await app.call('POST', '/sessions', { json: { email, password: PASSWORD } });
      assert.ok(answer.status === 401 || answer.status === 500, `${hash}: ${answer.status}`);
      assert.equal(answer.session, undefined);
    }
  });
});
