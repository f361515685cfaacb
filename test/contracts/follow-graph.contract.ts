import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Handle } from '../../src/domain/developer-pair/handle.ts';
import type { FollowGraph } from '../../src/ports/follow-graph.ts';
import { PortError } from '../../src/ports/port-error.ts';

/** A follow graph together with the network behind it. */
export type FollowWorld = AsyncDisposable &
  Readonly<{
    followGraph: FollowGraph;
    join(name: string): void;
    follow(from: string, to: string): void;
    protect(name: string): void;
    /** From now on it does not answer. */
    stopResponding(): void;
  }>;

/** The contract of FollowGraph. @param open returns one without developers */
export const followGraphContract = (adapter: string, open: () => Promise<FollowWorld>): void => {
  describe(`FollowGraph contract: ${adapter}`, () => {
    const openWith = async (...edges: [from: string, to: string][]) => {
      const world = await open();
      for (const name of ['dev1', 'dev2']) world.join(name);
      for (const [from, to] of edges) world.follow(from, to);
      return world;
    };
    const ask = ({ followGraph }: FollowWorld, one: string, other: string, isWorthPaying = true) =>
      followGraph.followEachOther(Handle.parse(one), Handle.parse(other), async () => isWorthPaying);

    it('is true only where each follows the other', async () => {
      await using mutual = await openWith(['dev1', 'dev2'], ['dev2', 'dev1']);
      assert.deepEqual(await ask(mutual, 'dev1', 'dev2'), { kind: 'yes' });
      for (const edges of [[['dev1', 'dev2']], [['dev2', 'dev1']], []] as [string, string][][]) {
        await using world = await openWith(...edges);
        assert.deepEqual(await ask(world, 'dev1', 'dev2'), { kind: 'no' });
      }
    });

    it('gives the same answer in either order and any case', async () => {
      await using world = await openWith(['dev1', 'dev2'], ['dev2', 'dev1']);
      assert.deepEqual(await ask(world, 'DEV2', 'Dev1'), { kind: 'yes' });
    });

    it('names all unknown accounts, in lower case', async () => {
      await using world = await openWith();
      const unknown = async (one: string, other: string) => {
        const answer = await ask(world, one, other);
        return answer.kind === 'unknown' ? [...answer.developers].sort() : answer.kind;
      };
      assert.deepEqual(await unknown('dev1', 'Unknown'), ['unknown']);
      assert.deepEqual(await unknown('missing', 'dev2'), ['missing']);
      assert.deepEqual(await unknown('missing', 'unknown'), ['missing', 'unknown']);
    });

    it('finds no user of a name that its network does not allow', async () => {
      await using world = await openWith();
      for (const name of ['a.b', 'dev-1', 'sixteen_letters_', '..', 'dev1,dev2', '\u212Aen']) {
        const answer = await ask(world, 'dev1', name);
        assert.deepEqual(answer, { kind: 'unknown', developers: new Set([Handle.canonical(Handle.parse(name))]) });
      }
    });

    it('asks whether it is worth paying, and leaves it at who exists where it is not', async () => {
      await using world = await openWith(['dev1', 'dev2'], ['dev2', 'dev1']);
      assert.deepEqual(await ask(world, 'dev1', 'dev2', false), { kind: 'not-asked' });
      assert.equal((await ask(world, 'dev1', 'unknown', false)).kind, 'unknown');
    });

    it('is inconclusive, with the reason, if both are protected', async () => {
      await using world = await openWith(['dev1', 'dev2'], ['dev2', 'dev1']);
      world.protect('dev1');
      assert.deepEqual(await ask(world, 'dev1', 'dev2'), { kind: 'yes' });
      world.protect('dev2');
      const answer = await ask(world, 'dev1', 'dev2');
      assert.match(answer.kind === 'inconclusive' ? answer.reason : answer.kind, /^Twitter .*protected/);
    });

    it('rejects with upstream.unavailable where the network does not respond', async () => {
      await using world = await openWith(['dev1', 'dev2'], ['dev2', 'dev1']);
      world.stopResponding();
      await assert.rejects(ask(world, 'dev1', 'dev2'), (error) => {
        assert.ok(error instanceof PortError);
        assert.equal(error.code, 'upstream.unavailable');
        assert.match(error.messages.join(), /^Twitter /);
        return true;
      });
    });
  });
};
