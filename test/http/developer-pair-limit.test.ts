import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startPairApp } from './pair-app.ts';
import { mustBeProblem } from './problems.ts';
import { startTestApp } from './test-app.ts';

describe('checks of pairs, each of which may cost money,', () => {
  it('ASVS 2.4.1: are limited by network, on all instances together; their history is not', async () => {
    await using app = await startPairApp({ PAIR_CHECK_LIMIT: '3' });
    app.befriend('org1');
    for (const pair of ['dev1/dev2', 'DEV2/dev1', 'dev1/dev2']) assert.equal((await app.check(pair)).status, 200);
    const asked = app.twitter.requests.length;
    const refused = await app.check('dev1/dev2');
    mustBeProblem(refused, 429, 'throttle.exceeded');
    assert.equal(refused.headers['ratelimit-policy'], '"pair-check-ip";q=3;w=3600');
    assert.equal(app.twitter.requests.length, asked, 'a rejected request sends none');
    const event = app.securityLog.events.at(-1);
    assert.deepEqual([event?.event, event?.detail], ['excess_rate_limit_exceeded', 'pair-check-ip']);

    await using other = await startTestApp({ DATABASE_URL: `file:${app.databaseFile}`, PAIR_CHECK_LIMIT: '3' });
    mustBeProblem(await other.call('GET', '/connected/realtime/dev1/dev2'), 429, 'throttle.exceeded');

    assert.equal((await app.register('dev1/dev2')).json().length, 3);
    const elsewhere = await app.call('GET', '/connected/realtime/dev1/dev2', { remoteAddress: '203.0.113.9' });
    assert.equal(elsewhere.status, 200);
    app.clock.advance(3_600_000);
    assert.equal((await app.check('dev1/dev2')).status, 200);
  });

  it('are not counted where no network would be asked', async () => {
    await using app = await startPairApp({ PAIR_CHECK_LIMIT: '1' });
    app.befriend('org1');
    for (let nth = 0; nth < 5; nth += 1) assert.equal((await app.check('dev1/dev1')).status, 422);
    assert.equal((await app.check('dev1/dev2')).status, 200);
  });

  it('have no limit where limits are off', async () => {
    await using app = await startPairApp({ PAIR_CHECK_LIMIT: '1', THROTTLE: 'off' });
    app.befriend('org1');
    for (let nth = 0; nth < 3; nth += 1) assert.equal((await app.check('dev1/dev2')).status, 200);
  });
});
