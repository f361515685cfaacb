import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { THROTTLE_POLICIES } from '../../src/domain/throttle/throttle-policy.ts';
import { join, PASSWORD } from './people.ts';
import { startTestApp } from './test-app.ts';

const WRONG = 'wrong pass phrase';

describe('a limit on guesses, when many come at once,', () => {
  it('accepts all right passwords, however many come from one network at once, on one instance or two', async () => {
    await using first = await startTestApp();
    await using second = await startTestApp({ DATABASE_URL: `file:${first.databaseFile}` });
    await join(first);
    const json = { email: 'ada@example.com', password: PASSWORD };
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, nth) => (nth % 2 === 0 ? first : second).call('POST', '/sessions', { json })),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  });

  it('answers ten concurrent wrong attempts as wrong, and no more, on one instance or two', async () => {
    await using first = await startTestApp();
    await using second = await startTestApp({ DATABASE_URL: `file:${first.databaseFile}` });
    await join(first);
    const json = { email: 'ada@example.com', password: WRONG };
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, nth) => (nth % 2 === 0 ? first : second).call('POST', '/sessions', { json })),
    );
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
    assert.deepEqual([count(401), count(429)], [10, 30]);
  });

  it('accepts all changes with the right password, however many at once', async () => {
    await using app = await startTestApp();
    const { id, session } = await join(app);
    const change = (nth: number) =>
      app.call('PATCH', `/users/${id}`, {
        session,
        json: { email: `ada${nth}@example.com`, current_password: PASSWORD },
      });
    // Above the limit on wrong passwords, and at that on changes.
    const { limit } = THROTTLE_POLICIES.credentialChangeByUser;
    const answers = await Promise.all(Array.from({ length: limit }, (_, nth) => change(nth)));
    assert.ok(
      answers.every(({ status }) => status === 200 || status === 409),
      String(answers.map(({ status }) => status)),
    );
  });
});
