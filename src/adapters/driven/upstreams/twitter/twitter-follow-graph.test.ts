import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { aTwitter, named, worthIt } from '../../../../../test/builders/upstream-builder.ts';
import { FixedClock } from '../../../../../test/doubles/fixed-clock.ts';
import { respondWith } from '../../../../../test/simulators/simulator.ts';
import { startTwitterSimulator } from '../../../../../test/simulators/twitter-simulator.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { PortError } from '../../../../ports/port-error.ts';

const [dev1, dev2] = [named('dev1'), named('dev2')];
const startFriends = () => startTwitterSimulator({ dev1: ['dev2'], dev2: ['dev1'] });
const LOOK_UP = 'GET /2/users/by?usernames=dev1%2Cdev2&user.fields=public_metrics%2Cprotected';

const crowd = (simulator: Awaited<ReturnType<typeof startFriends>>, name: string, size: number) => {
  const fans = Array.from({ length: size }, (_, n) => `fan${n}`);
  simulator.follow(name, ...fans);
  for (const fan of fans) simulator.follow(fan, name);
};

describe('TwitterFollowGraph', () => {
  it('looks both names up in one request, then reads one list for each direction', async () => {
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator);
    assert.deepEqual(await adapter.twitter.followEachOther(named('DEV2'), dev1, worthIt), { kind: 'yes' });
    assert.equal(simulator.paths[0], LOOK_UP);
    assert.equal(simulator.paths.length, 3);
    assert.equal(simulator.usersSent, 4);
  });

  it('keeps ids as strings: they exceed 2^53', async () => {
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator);
    await adapter.twitter.followEachOther(dev1, dev2, worthIt);
    // dev1 is 9007199254740993, which as a number would be …992.
    assert.match(simulator.paths[1] ?? '', /^GET \/2\/users\/900719925474099[34]\/(following|followers)\?/);
  });

  it('follows the page token', async () => {
    await using simulator = await startFriends();
    simulator.pageSize = 10;
    crowd(simulator, 'dev1', 24);
    crowd(simulator, 'dev2', 30);
    await using adapter = aTwitter(simulator);
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
    const lists = simulator.paths.slice(1).map((path) => path.replace(/^GET \/2\/users\/\d+/, ''));
    assert.deepEqual(lists.slice(0, 3), [
      '/following?max_results=25',
      '/following?max_results=15&pagination_token=PAGEFROM000010ZZZZ',
      '/following?max_results=5&pagination_token=PAGEFROM000020ZZZZ',
    ]);
  });

  it('pays for nothing that is not worth it', async () => {
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator);
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, async () => false), { kind: 'not-asked' });
    assert.deepEqual(simulator.paths, [LOOK_UP]);
  });

  it('sends no impossible name, which would fail the whole look-up', async () => {
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator);
    const developers = new Set(['a.b']);
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, named('a.b'), worthIt), {
      kind: 'unknown',
      developers,
    });
    assert.deepEqual(simulator.paths, ['GET /2/users/by?usernames=dev1&user.fields=public_metrics%2Cprotected']);
    const both = new Set(['a.b', 'c-d']);
    assert.deepEqual(await adapter.twitter.followEachOther(named('c-d'), named('a.b'), worthIt), {
      kind: 'unknown',
      developers: both,
    });
    assert.equal(simulator.paths.length, 1);
  });

  it('is inconclusive for a suspended account', async () => {
    await using simulator = await startFriends();
    simulator.suspend('dev2');
    await using adapter = aTwitter(simulator);
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, worthIt), {
      kind: 'inconclusive',
      reason: 'Twitter has suspended the account of one of these developers.',
    });
    const developers = new Set(['missing']);
    assert.deepEqual(await adapter.twitter.followEachOther(named('missing'), dev2, worthIt), {
      kind: 'unknown',
      developers,
    });
  });

  it('reads the lists of the other account where one is protected, and is inconclusive where both are', async () => {
    await using simulator = await startFriends();
    simulator.protect('dev1');
    await using adapter = aTwitter(simulator);
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
    simulator.protect('dev2');
    assert.equal((await adapter.twitter.followEachOther(dev1, dev2, worthIt)).kind, 'inconclusive');
    simulator.unfollow('dev2', 'dev1');
    assert.deepEqual(
      await adapter.twitter.followEachOther(dev1, dev2, worthIt),
      { kind: 'no' },
      'a count of zero decides',
    );
  });

  it('ASVS 4.2.5: does not carry a page token of any length', async () => {
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator);
    const fail = async () => {
      const meta = { result_count: 1, next_token: 'x'.repeat(3_000) };
      simulator.failNext(respondWith({ status: 200, json: { data: [{ id: '1' }], meta } }));
      return true;
    };
    await assert.rejects(adapter.twitter.followEachOther(dev1, dev2, fail), { code: 'upstream.nonsense' });
    assert.equal(simulator.paths.length, 2);
  });

  it('spends no more than it may', async () => {
    await using simulator = await startFriends();
    crowd(simulator, 'dev1', 60);
    crowd(simulator, 'dev2', 60);
    await using adapter = aTwitter(simulator, { maxUsers: 50 });
    assert.equal((await adapter.twitter.followEachOther(dev1, dev2, worthIt)).kind, 'inconclusive');
    assert.equal(simulator.usersSent, 2);
  });

  // twitter-v2#26: a list may hold back users, and reports that beside the others.
  const NOT_AUTHORIZED = 'https://api.twitter.com/2/problems/not-authorized-for-resource';
  const withheld: [name: string, error: (id: string, owner: string) => object, kind: string][] = [
    ['the target, by its id', (id) => ({ resource_id: id, resource_type: 'user' }), 'inconclusive'],
    [
      'the target, by its name',
      (id) => ({ value: id.endsWith('3') ? 'DEV1' : 'DEV2', resource_type: 'user' }),
      'inconclusive',
    ],
    ['the owner of the list', (_, owner) => ({ resource_id: owner, resource_type: 'user' }), 'inconclusive'],
    ['an unnamed user', () => ({ title: 'Authorization Error' }), 'inconclusive'],
    ['another user', () => ({ resource_id: '7', resource_type: 'user' }), 'no'],
  ];
  for (const [name, error, kind] of withheld) {
    it(`is ${kind} where the lists withhold ${name}`, async () => {
      await using simulator = await startTwitterSimulator({ dev1: ['dev2', 'dev3'], dev2: ['dev1', 'dev3'] });
      await using adapter = aTwitter(simulator);
      await adapter.twitter.followEachOther(dev1, dev2, worthIt);
      const answer = (request: IncomingMessage, response: ServerResponse) => {
        const [, id = ''] = /\/2\/users\/(\d+)\//.exec(request.url ?? '') ?? [];
        const other = id.endsWith('3') ? id.replace(/3$/, '4') : id.replace(/4$/, '3');
        const page = { data: [{ id: '8' }], errors: [{ type: NOT_AUTHORIZED, ...error(other, id) }], meta: {} };
        respondWith({ status: 200, json: page })(request, response);
      };
      const failing = async () => {
        simulator.failAlways(answer);
        return true;
      };
      assert.equal((await adapter.twitter.followEachOther(dev2, dev1, failing)).kind, kind);
    });
  }

  it('sends no request to an endpoint that is used up until its reset', async () => {
    const clock = new FixedClock(Instant.fromEpochMs(Math.floor(Date.now() / 1000) * 1000));
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator, { clock });
    simulator.remaining.set('users/by', 1);
    await adapter.twitter.followEachOther(dev1, dev2, async () => false);
    await assert.rejects(adapter.twitter.followEachOther(dev1, dev2, worthIt), (error: PortError) => {
      assert.equal(error.code, 'upstream.exhausted');
      assert.match(error.messages.join(), /^Twitter has reached its rate limit\. Try again after /);
      assert.ok(Number(error.retryAfterSeconds) > 800 && Number(error.retryAfterSeconds) <= 900);
      return true;
    });
    assert.equal(simulator.paths.length, 1);
    assert.equal(adapter.observer.quotas.get('app users/by'), 0);
    clock.advance(901_000);
    simulator.remaining.set('users/by', 300);
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
  });
});
