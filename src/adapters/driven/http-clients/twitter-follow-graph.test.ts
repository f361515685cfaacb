import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aTwitter, named, worthIt } from '../../../../test/mothers/upstream-mother.ts';
import { cutShort, hangUp, htmlPage, silence, telling } from '../../../../test/simulators/simulator.ts';
import { startTwitterSimulator } from '../../../../test/simulators/twitter-simulator.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import type { PortError } from '../../../ports/port-error.ts';
import { FixedClock } from '../memory/fixed-clock.ts';

const [dev1, dev2] = [named('dev1'), named('dev2')];
const startFriends = () => startTwitterSimulator({ dev1: ['dev2'], dev2: ['dev1'] });
const LOOK_UP = 'GET /2/users/by?usernames=dev1%2Cdev2&user.fields=public_metrics%2Cprotected';

const crowd = (simulator: Awaited<ReturnType<typeof startFriends>>, name: string, size: number) => {
  const fans = Array.from({ length: size }, (_, n) => `fan${n}`);
  simulator.follow(name, ...fans);
  for (const fan of fans) simulator.follow(fan, name);
};

describe('TwitterFollowGraph', () => {
  it('looks both names up at once, then reads one list a direction', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator);
    assert.deepEqual(await asked.twitter.followEachOther(named('DEV2'), dev1, worthIt), { kind: 'yes' });
    assert.equal(simulator.paths[0], LOOK_UP);
    assert.equal(simulator.paths.length, 3);
    assert.equal(simulator.usersSent, 4);
  });

  it('takes an id for text: it is larger than a number can hold', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator);
    await asked.twitter.followEachOther(dev1, dev2, worthIt);
    // dev1 is 9007199254740993, which as a number would be …992.
    assert.match(simulator.paths[1] ?? '', /^GET \/2\/users\/900719925474099[34]\/(following|followers)\?/);
  });

  it('reads on where the last page pointed', async () => {
    await using simulator = await startFriends();
    simulator.pageSize = 10;
    crowd(simulator, 'dev1', 24);
    crowd(simulator, 'dev2', 30);
    await using asked = aTwitter(simulator);
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
    const lists = simulator.paths.slice(1).map((path) => path.replace(/^GET \/2\/users\/\d+/, ''));
    assert.deepEqual(lists.slice(0, 3), [
      '/following?max_results=25',
      '/following?max_results=15&pagination_token=PAGEFROM000010ZZZZ',
      '/following?max_results=5&pagination_token=PAGEFROM000020ZZZZ',
    ]);
  });

  it('pays for nothing that is not worth it', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator);
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, async () => false), { kind: 'not-asked' });
    assert.deepEqual(simulator.paths, [LOOK_UP]);
  });

  it('does not show Twitter a name that cannot be, for it would refuse the others with it', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator);
    const developers = new Set(['a.b']);
    assert.deepEqual(await asked.twitter.followEachOther(dev1, named('a.b'), worthIt), { kind: 'unknown', developers });
    assert.deepEqual(simulator.paths, ['GET /2/users/by?usernames=dev1&user.fields=public_metrics%2Cprotected']);
    const both = new Set(['a.b', 'c-d']);
    assert.deepEqual(await asked.twitter.followEachOther(named('c-d'), named('a.b'), worthIt), {
      kind: 'unknown',
      developers: both,
    });
    assert.equal(simulator.paths.length, 1);
  });

  it('cannot tell of a suspended account, which is not an unknown one', async () => {
    await using simulator = await startFriends();
    simulator.suspend('dev2');
    await using asked = aTwitter(simulator);
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), {
      kind: 'cannot-tell',
      because: 'Twitter has suspended the account of one of these developers.',
    });
    const developers = new Set(['nobody']);
    assert.deepEqual(await asked.twitter.followEachOther(named('nobody'), dev2, worthIt), {
      kind: 'unknown',
      developers,
    });
  });

  it('reads the lists of the other where one is protected, and cannot tell where both are', async () => {
    await using simulator = await startFriends();
    simulator.protect('dev1');
    await using asked = aTwitter(simulator);
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
    simulator.protect('dev2');
    assert.equal((await asked.twitter.followEachOther(dev1, dev2, worthIt)).kind, 'cannot-tell');
    simulator.unfollow('dev2', 'dev1');
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'no' }, 'a count of zero tells');
  });

  it('spends no more than it may', async () => {
    await using simulator = await startFriends();
    crowd(simulator, 'dev1', 60);
    crowd(simulator, 'dev2', 60);
    await using asked = aTwitter(simulator, { mostUsers: 50 });
    assert.equal((await asked.twitter.followEachOther(dev1, dev2, worthIt)).kind, 'cannot-tell');
    assert.equal(simulator.usersSent, 2);
  });

  it('asks no more of an endpoint that is used up, and again after its reset', async () => {
    const clock = new FixedClock(Instant.fromEpochMs(Math.floor(Date.now() / 1000) * 1000));
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator, { clock });
    simulator.remaining.set('users/by', 1);
    await asked.twitter.followEachOther(dev1, dev2, async () => false);
    await assert.rejects(asked.twitter.followEachOther(dev1, dev2, worthIt), (error: PortError) => {
      assert.equal(error.code, 'upstream.exhausted');
      assert.match(error.sentences.join(), /^Twitter has had enough questions for now\. Try again after /);
      assert.ok(Number(error.retryAfterSeconds) > 800 && Number(error.retryAfterSeconds) <= 900);
      return true;
    });
    assert.equal(simulator.paths.length, 1);
    assert.equal(asked.observer.quotas.get('app users/by'), 0);
    clock.advance(901_000);
    simulator.remaining.set('users/by', 300);
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
  });

  const problem = (status: number, type: string, rest: object = {}) =>
    telling({ status, json: { title: 'No', detail: 'No.', type: `https://api.x.com/2/problems/${type}`, ...rest } });
  const faults: [name: string, fault: ReturnType<typeof telling>, code: string, sentence: RegExp][] = [
    ['400', problem(400, 'invalid-request'), 'upstream.nonsense', /nobody can read/],
    ['401 as a problem', problem(401, 'x', { type: 'about:blank' }), 'upstream.refused', /does not accept the keys/],
    [
      '401 as it was in v1',
      telling({ status: 401, json: { errors: [{ message: 'Invalid or expired token', code: 89 }] } }),
      'upstream.refused',
      /does not accept the keys/,
    ],
    ['402 without credits', problem(402, 'credits', { account_id: 1 }), 'upstream.exhausted', /out of credit/],
    ['402 of July 2026', problem(402, 'credits-depleted', { status: 402 }), 'upstream.exhausted', /out of credit/],
    ['402 in no shape at all', telling({ status: 402, text: 'pay' }), 'upstream.exhausted', /out of credit/],
    ['403 at the spend cap', problem(403, 'usage-capped'), 'upstream.exhausted', /out of credit/],
    [
      '403 for an app without a project',
      problem(403, 'client-forbidden'),
      'upstream.refused',
      /does not let this server/,
    ],
    ['403 for the wrong kind of token', problem(403, 'unsupported-authentication'), 'upstream.refused', /does not let/],
    [
      '429 as it was in v1',
      telling({ status: 429, json: { errors: [{ code: 88, message: 'Rate limit exceeded' }] } }),
      'upstream.exhausted',
      /enough questions for now/,
    ],
    ['429 as a problem', problem(429, 'x', { type: 'about:blank' }), 'upstream.exhausted', /enough questions for now/],
    ['a web page with 503', htmlPage(503), 'upstream.unavailable', /out of order \(it answered 503\)/],
    ['a web page with 200', htmlPage(200), 'upstream.nonsense', /nobody can read/],
    ['a redirect', telling({ status: 302, headers: { location: '/elsewhere' } }), 'upstream.nonsense', /nobody can/],
    ['an empty object', telling({ status: 200, json: {} }), 'upstream.nonsense', /nobody can read/],
    ['a line that is cut', hangUp, 'upstream.unavailable', /cannot be reached/],
    ['half an answer', cutShort, 'upstream.unavailable', /cannot be reached/],
    ['silence', silence, 'upstream.unavailable', /did not answer in time/],
  ];
  for (const [name, fault, code, sentence] of faults) {
    it(`meets ${name} at the look-up: ${code}`, async () => {
      await using simulator = await startFriends();
      await using asked = aTwitter(simulator, { deadlineMs: 300 });
      simulator.failAlways(fault);
      await assert.rejects(asked.twitter.followEachOther(dev1, dev2, worthIt), (error: PortError) => {
        assert.equal(error.code, code);
        assert.match(error.sentences.join(), sentence);
        assert.match(error.sentences.join(), /^Twitter /);
        return true;
      });
    });
  }

  it('meets the same at a list, and never takes it for an empty one', async () => {
    for (const [name, fault, code] of faults.filter(([, fault]) => fault !== silence)) {
      await using simulator = await startFriends();
      await using asked = aTwitter(simulator);
      const fail = async () => {
        simulator.failAlways(fault);
        return true;
      };
      await assert.rejects(asked.twitter.followEachOther(dev1, dev2, fail), { code }, name);
    }
  });
});
