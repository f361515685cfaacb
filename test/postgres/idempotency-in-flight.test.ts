import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startLicenseApp } from '../http/license-app.ts';
import { operationsOf } from '../http/operations.ts';
import { mustBeProblem } from '../http/problems.ts';
import { connected } from './connected.ts';
import { aPostgresDatabase } from './shared-postgres.ts';

// On SQLite units of work run one after the other, so that a repetition finds the first request finished.

/** A license, a renewal of it with an idempotency key, and a connection that has taken this key and has not committed. */
const whileInFlight = async () => {
  const database = await aPostgresDatabase();
  const app = await startLicenseApp({ DATABASE_URL: database.url });
  const other = await connected(database.url);
  const { id } = await app.issue({ expires_at: '2027-01-01T00:00:00Z' });
  const headers = { 'idempotency-key': 'k' };
  const renew = () => app.asAdmin('POST', `/licenses/${id}/renew`, { json: { days: 1 }, headers });
  const first = await renew();
  // What another instance has written that runs the same request now.
  await other.query('create temporary table taken as select * from idempotency_records');
  await other.query('delete from idempotency_records');
  await other.query('begin');
  await other.query('insert into idempotency_records select * from taken');
  return {
    app,
    first,
    renew,
    end: (statement: 'commit' | 'rollback') => other.query(statement),
    async [Symbol.asyncDispose]() {
      await other.end();
      await app[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};

describe('A repetition of a request that is still running', { timeout: 600_000 }, () => {
  it('is 409 with Retry-After after a while, and runs once the first one has failed', async () => {
    await using request = await whileInFlight();
    const { app, first, renew, end } = request;
    const response = await renew();
    mustBeProblem(response, 409, 'idempotency.in-flight');
    assert.equal(response.headers['retry-after'], '1');
    assert.equal(response.headers['idempotency-replayed'], undefined);
    await end('rollback');
    const again = await renew();
    assert.deepEqual([again.status, again.headers['idempotency-replayed']], [200, undefined]);
    assert.equal(again.json().expires_at, '2027-01-03T00:00:00Z');
    assert.equal(first.json().expires_at, '2027-01-02T00:00:00Z');
    const documented = operationsOf(app).flatMap(({ parameters, responses }) =>
      parameters.some(({ name }) => name === 'Idempotency-Key') ? [responses['409']] : [],
    );
    assert.ok(documented.length > 0);
    for (const conflict of documented) assert.match(JSON.stringify(conflict), /idempotency\.in-flight.*Retry-After/s);
  });

  it('waits for the first one, and gets its response', async () => {
    await using request = await whileInFlight();
    const { first, renew, end } = request;
    const repetition = renew();
    await end('commit');
    const response = await repetition;
    assert.deepEqual([response.status, response.body], [200, first.body]);
    assert.equal(response.headers['idempotency-replayed'], 'true');
  });
});
