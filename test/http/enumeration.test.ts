import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ports } from '../../src/composition/wiring/ports.ts';
import type { TokenHash } from '../../src/domain/user/token-hash.ts';
import { join, PASSWORD } from './people.ts';
import { ADMIN_KEY, type Answer, startTestApp } from './test-app.ts';

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
      const real = container.resolve(Ports.passwordHasher);
      container.register(Ports.passwordHasher, {
        useValue: {
          hash: (password) => real.hash(password),
          expectParameters: (parameters) => real.expectParameters(parameters),
          isOutdated: (stored) => real.isOutdated(stored),
          verify: (stored, password) => {
            work.push('verify');
            return real.verify(stored, password);
          },
        },
      });
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

  it('ASVS 6.3.8: is not revealed by limits: they hold for addresses that no one has as well', async () => {
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
