import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aTwitter, named, worthIt } from '../../../../../test/builders/upstream-builder.ts';
import { telling } from '../../../../../test/simulators/simulator.ts';
import { startTwitterSimulator } from '../../../../../test/simulators/twitter-simulator.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { PortError } from '../../../../ports/port-error.ts';
import { FixedClock } from '../../memory/fixed-clock.ts';

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
      kind: 'inconclusive',
      reason: 'Twitter has suspended the account of one of these developers.',
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
    assert.equal((await asked.twitter.followEachOther(dev1, dev2, worthIt)).kind, 'inconclusive');
    simulator.unfollow('dev2', 'dev1');
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'no' }, 'a count of zero tells');
  });

  it('ASVS 4.2.5: does not carry a page token of any length', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator);
    const fail = async () => {
      const meta = { result_count: 1, next_token: 'x'.repeat(3_000) };
      simulator.failNext(telling({ status: 200, json: { data: [{ id: '1' }], meta } }));
      return true;
    };
    await assert.rejects(asked.twitter.followEachOther(dev1, dev2, fail), { code: 'upstream.nonsense' });
    assert.equal(simulator.paths.length, 2);
  });

  it('spends no more than it may', async () => {
    await using simulator = await startFriends();
    crowd(simulator, 'dev1', 60);
    crowd(simulator, 'dev2', 60);
    await using asked = aTwitter(simulator, { maxUsers: 50 });
    assert.equal((await asked.twitter.followEachOther(dev1, dev2, worthIt)).kind, 'inconclusive');
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
      assert.match(error.messages.join(), /^Twitter has reached its rate limit\. Try again after /);
      assert.ok(Number(error.retryAfterSeconds) > 800 && Number(error.retryAfterSeconds) <= 900);
      return true;
    });
    assert.equal(simulator.paths.length, 1);
    assert.equal(asked.observer.quotas.get('app users/by'), 0);
    clock.advance(901_000);
    simulator.remaining.set('users/by', 300);
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
  });
});
