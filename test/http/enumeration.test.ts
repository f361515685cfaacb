import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { Secret as Seed, TOTP } from 'otpauth';
import { Argon2PasswordHasher } from '../../src/adapters/driven/argon2/argon2-password-hasher.ts';
import { Phc } from '../../src/adapters/driven/argon2/phc.ts';
import { PrometheusMetrics } from '../../src/adapters/driven/prometheus/prometheus-metrics.ts';
import { Sha256TokenHasher } from '../../src/adapters/driven/system/sha256-token-hasher.ts';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { Confirmation } from '../../src/domain/user/confirmation.ts';
import { KnownNetwork } from '../../src/domain/user/known-network.ts';
import { PasswordHash } from '../../src/domain/user/password-hash.ts';
import { PasswordReset } from '../../src/domain/user/password-reset.ts';
import type { TokenHash } from '../../src/domain/user/token-hash.ts';
import { User } from '../../src/domain/user/user.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { aPostgresDatabase } from '../postgres/shared-postgres.ts';
import { join, PASSWORD } from './people.ts';
import { ADMIN_KEY, type Answer, afterVerification, startTestApp } from './test-app.ts';

const PRODUCTION = { NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY };

/** All that a client sees, but for what differs between any two requests. */
const seen = ({ status, headers, body }: Answer, email: string) => {
  const { date: _, 'x-request-id': id, ...rest } = headers;
  return JSON.stringify([status, rest, body]).replaceAll(String(id), 'ID').replaceAll(email, 'EMAIL');
};

describe('whether an address has an account', () => {
  it('ASVS 6.3.8: is not revealed by a refused log-in, which does the same work for all', async () => {
    const work: string[] = [];
    await using app = await startTestApp(PRODUCTION, (container) => {
      afterVerification(container, () => work.push('verify'));
      const known = container.resolve(Ports.knownNetworks);
      const find = (hash: TokenHash) => {
        work.push('look-up');
        return known.find(hash);
      };
      container.register(Ports.knownNetworks, { useValue: { find } });
    });
    await join(app, 'with-password@example.com');
    await app.call('POST', '/users', { bearer: ADMIN_KEY, json: { email: 'no-password@example.com' } });
    const answers = new Set<string>();
    for (const email of ['with-password@example.com', 'no-password@example.com', 'unknown@example.com', 'no address']) {
      for (const password of ['wrong pass phrase', '']) {
        work.length = 0;
        const rows = app.rows();
        answers.add(seen(await app.call('POST', '/sessions', { json: { email, password } }), email));
        assert.deepEqual(work, ['look-up', 'verify'], email);
        const { attempts: _, ...others } = rows;
        const { attempts: __, ...othersAfter } = app.rows();
        assert.deepEqual(othersAfter, others);
      }
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
  });

  it('ASVS 6.3.8: is not revealed by a reset request in production, which responds alike for all', async () => {
    await using app = await startTestApp(PRODUCTION);
    await join(app);
    await app.deliverMail();
    const answers = new Set<string>();
    for (const email of ['ada@example.com', 'eve@example.com']) {
      const { outbox = 0, password_resets: resets } = app.rows();
      answers.add(seen(await app.call('POST', '/reset_password', { json: { email } }), email));
      assert.deepEqual([app.rows().outbox, app.rows().password_resets], [outbox + 1, resets]);
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
    const before = app.post.sent.length;
    await app.deliverMail();
    assert.deepEqual(
      app.post.sent.slice(before).map(({ mail }) => mail.to),
      ['ada@example.com'],
    );
  });

  it('ASVS 6.3.8: is not revealed by a reset token that is refused', async () => {
    await using app = await startTestApp(PRODUCTION);
    await join(app);
    const answers = new Set<string>();
    for (const email of ['ada@example.com', 'eve@example.com']) {
      const json = { email, reset_token: 'A'.repeat(43), new_password: 'a harmless new phrase' };
      answers.add(seen(await app.call('PUT', '/reset_password', { json }), email));
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
  });

  it('ASVS 6.3.8: is not revealed by limits: they hold for unknown addresses as well', async () => {
    await using app = await startTestApp(PRODUCTION);
    await join(app);
    for (const email of ['ada@example.com', 'unknown@example.com']) {
      const statuses: number[] = [];
      for (let nth = 0; nth < 11; nth += 1) {
        statuses.push((await app.call('POST', '/sessions', { json: { email, password: 'wrong' } })).status);
      }
      assert.deepEqual(statuses, [...Array(10).fill(401), 429]);
    }
  });
});

/** All that is done for a request, as numbers: statements by kind, what is parsed of their rows, and hashes. */
const countWork = () => {
  const work: string[] = [];
  const count = <Name extends string>(of: Record<Name, unknown>, name: Name, what: string) => {
    const original = of[name] as (...values: unknown[]) => unknown;
    mock.method(
      of as never,
      name as never,
      function (this: unknown, ...values: unknown[]) {
        work.push(name === 'observeQuery' ? String(values[0]) : what);
        return original.apply(this, values);
      } as never,
    );
  };
  count(PrometheusMetrics.prototype, 'observeQuery', 'query');
  count(User, 'fromSnapshot', 'user');
  count(PasswordReset, 'fromSnapshot', 'reset');
  count(KnownNetwork, 'fromSnapshot', 'network');
  count(Confirmation, 'fromSnapshot', 'confirmation');
  count(UserId, 'parse', 'user id');
  count(PasswordHash, 'parse', 'password hash');
  count(Instant, 'parse', 'time');
  count(Phc, 'read', 'PHC string');
  count(Argon2PasswordHasher.prototype, 'verify', 'verification');
  count(Argon2PasswordHasher.prototype, 'hash', 'hash');
  count(Sha256TokenHasher.prototype, 'hash', 'SHA-256');
  return {
    async of(task: () => Promise<Answer>): Promise<Readonly<{ status: number; work: Record<string, number> }>> {
      work.length = 0;
      const { status } = await task();
      const counts = Map.groupBy(work.toSorted(), (what) => what);
      return { status, work: Object.fromEntries([...counts].map(([what, { length }]) => [what, length])) };
    },
    [Symbol.dispose]: () => mock.restoreAll(),
  };
};

const STORES = { SQLite: async () => undefined, Postgres: aPostgresDatabase };

for (const [store, open] of Object.entries(STORES)) {
  describe(`the work of a request that names an address, on ${store}`, () => {
    it('ASVS 6.3.8: is the same with an account and without, statement by statement', async () => {
      const database = await open();
      await using app = await startTestApp({
        ...PRODUCTION,
        REGISTRATION: 'confirmed',
        SEALING_KEY: 'ab'.repeat(32),
        ...(database && { DATABASE_URL: database.url }),
      });
      let networks = 0;
      const nextNetwork = () => `192.0.2.${++networks}`;
      const HOME = '2001:db8::1';
      const asRoot = { bearer: ADMIN_KEY };
      const create = async (email: string, password?: string) =>
        (await app.call('POST', '/users', { ...asRoot, json: { email, password } })).json() as { id: string };
      const logIn = (email: string, password: string, remoteAddress = nextNetwork()) =>
        app.call('POST', '/sessions', { json: { email, password }, remoteAddress });

      await create('known@example.com', PASSWORD);
      await create('invited@example.com');
      const banned = await create('banned@example.com', PASSWORD);
      await app.call('POST', `/users/${banned.id}/ban`, { ...asRoot, json: {} });
      await create('factor@example.com', PASSWORD);
      const { session } = await logIn('factor@example.com', PASSWORD);
      const { secret } = (await app.call('POST', '/mfa/totp', { session })).json();
      const totp = new TOTP({ secret: Seed.fromBase32(secret) });
      const code = totp.generate({ timestamp: Instant.epochMs(app.clock.now()) });
      assert.equal((await app.call('PUT', '/mfa/totp', { session, json: { code } })).status, 200);
      await create('at-home@example.com', PASSWORD);
      assert.equal((await logIn('at-home@example.com', PASSWORD, HOME)).status, 200);

      const tokenOf = async (path: string, email: string) => {
        await app.call('POST', path, { json: { email }, remoteAddress: nextNetwork() });
        await app.deliverMail();
        const [sent] = app.post.sent.filter(({ mail }) => mail.to === email).slice(-1);
        return /token: (\S+)/.exec(sent?.mail.text ?? '')?.[1];
      };
      const registrationToken = await tokenOf('/register', 'observer@example.com');
      await create('observer@example.com', PASSWORD);
      const resetToken = await tokenOf('/reset_password', 'observer@example.com');

      const WRONG = 'not the password';
      const reset = (token: string | undefined) => (email: string) =>
        app.call('PUT', '/reset_password', {
          json: { email, reset_token: token, new_password: PASSWORD },
          remoteAddress: nextNetwork(),
        });
      const register = (token: string | undefined) => (email: string) =>
        app.call('PUT', '/register', {
          json: { email, confirmation_token: token, password: PASSWORD, age: 36 },
          remoteAddress: nextNetwork(),
        });
      const cases: Readonly<Record<string, (email: string) => Promise<Answer>>> = {
        'POST /sessions': (email) => logIn(email, WRONG),
        'POST /sessions from an IPv6 network': (email) => logIn(email, WRONG, '2001:db8:1::1'),
        'POST /sessions with the right password of a banned account': (email) =>
          logIn(email, email.startsWith('banned') ? PASSWORD : WRONG),
        'POST /sessions with a code': (email) =>
          app.call('POST', '/sessions', { json: { email, password: WRONG, code }, remoteAddress: nextNetwork() }),
        'POST /reset_password': (email) =>
          app.call('POST', '/reset_password', { json: { email }, remoteAddress: nextNetwork() }),
        'PUT /reset_password': reset('x'.repeat(43)),
        'PUT /reset_password with a token for another address': reset(resetToken),
        'POST /register': (email) => app.call('POST', '/register', { json: { email }, remoteAddress: nextNetwork() }),
        'PUT /register': register('x'.repeat(43)),
        'PUT /register with a token for another address': register(registrationToken),
      };
      using counting = countWork();
      const compare = async (
        what: string,
        ask: (email: string) => Promise<Answer>,
        unknownName: string,
        ...known: readonly string[]
      ) => {
        // The first request prepares its statements.
        await ask('no-one@example.com');
        const unknown = await counting.of(() => ask(`${unknownName}@example.com`));
        assert.ok(unknown.work.insert !== undefined, what);
        for (const name of known) {
          assert.deepEqual(await counting.of(() => ask(`${name}@example.com`)), unknown, `${what}: ${name}`);
        }
      };
      const fromKnown = 'POST /sessions from a network where the account has logged in';
      await compare(fromKnown, (email) => logIn(email, WRONG, HOME), 'passer-by', 'at-home');
      for (const [what, ask] of Object.entries(cases)) {
        await compare(what, ask, 'unknown', 'known', 'invited', 'banned', 'factor');
      }
      await database?.[Symbol.asyncDispose]();
    });
  });
}

describe('one address', () => {
  it('ASVS 15.4.2: makes one account, however many register it at once, in whatever case', async () => {
    await using app = await startTestApp();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, nth) => {
        const email = nth % 2 === 0 ? 'ada@example.com' : 'ADA@Example.COM';
        return app.call('POST', '/register', { json: { email, password: PASSWORD, age: 36 } });
      }),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal(answers.filter(({ status }) => status === 409).length, 59);
    assert.deepEqual([app.rows().users, app.rows().outbox], [1, 1]);
  });
});
