import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CanonicalHandle } from '../../../../domain/developer-pair/handle.ts';
import { MutualFollowSearch, type ReadPage } from './mutual-follow-search.ts';
import type { TwitterList } from './twitter-api.ts';
import type { TwitterUser } from './twitter-responses.ts';

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** A network in memory that counts what is read. */
const network = (follows: Graph, { pageSize = 1_000, isProtected = (_: string): boolean => false } = {}) => {
  const read: string[] = [];
  const cost = { users: 0, pages: 0 };
  const listOf = (list: TwitterList, id: string): string[] =>
    list === 'following'
      ? [...(follows.get(id) ?? [])].reverse()
      : [...follows].filter(([, to]) => to.has(id)).map(([from]) => from);
  const user = (id: string): TwitterUser => ({
    id,
    name: id as CanonicalHandle,
    isProtected: isProtected(id),
    following: listOf('following', id).length,
    followers: listOf('followers', id).length,
    connections: undefined,
  });
  const readPage: ReadPage = async (list, id, { size, token }) => {
    read.push(`${list} of ${id}`);
    cost.pages += 1;
    if (isProtected(id)) return 'hidden';
    const from = Number(token ?? 0);
    const ids = listOf(list, id).slice(from, from + Math.min(size, pageSize));
    cost.users += ids.length;
    const next = from + ids.length;
    return { ids, withheld: [], token: next < listOf(list, id).length ? String(next) : undefined };
  };
  const search = (maxUsers = 5_000) => new MutualFollowSearch({ readPage, maxUsers }).run(user('a'), user('b'));
  return { read, cost, user, readPage, search };
};

const graph = (edges: Record<string, string[]>): Graph =>
  new Map(Object.entries(edges).map(([from, to]) => [from, new Set(to)]));
const crowd = (prefix: string, size: number) => Array.from({ length: size }, (_, n) => `${prefix}${n}`);
const fans = (of: string, size: number) => Object.fromEntries(crowd(`fan-of-${of}-`, size).map((fan) => [fan, [of]]));

describe('MutualFollowSearch', () => {
  it('agrees with looking at every edge, and never costs more than the shorter lists and a page', async () => {
    const people = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const edges = fc.array(fc.tuple(fc.constantFrom(...people), fc.constantFrom(...people)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(edges, fc.integer({ min: 1, max: 5 }), async (pairs, pageSize) => {
        const follows = new Map(people.map((one) => [one, new Set<string>()]));
        for (const [from, to] of pairs) if (from !== to) follows.get(from)?.add(to);
        const { search, cost, user } = network(follows, { pageSize });
        const [a, b] = [user('a'), user('b')];
        const isMutual = follows.get('a')?.has('b') === true && follows.get('b')?.has('a') === true;

        assert.deepEqual(await search(), { kind: isMutual ? 'yes' : 'no' });
        const shorter = (one: TwitterUser, other: TwitterUser) =>
          Math.min(Number(one.following), Number(other.followers));
        assert.ok(cost.users <= shorter(a, b) + shorter(b, a) + pageSize, `${cost.users} users were read`);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is right or inconclusive where accounts are protected', async () => {
    const people = ['a', 'b', 'c', 'd'];
    const edges = fc.array(fc.tuple(fc.constantFrom(...people), fc.constantFrom(...people)), { maxLength: 12 });
    const shy = fc.subarray(['a', 'b']);
    await fc.assert(
      fc.asyncProperty(edges, shy, async (pairs, hidden) => {
        const follows = new Map(people.map((one) => [one, new Set<string>()]));
        for (const [from, to] of pairs) if (from !== to) follows.get(from)?.add(to);
        const { search } = network(follows, { isProtected: (id) => hidden.includes(id) });
        const isMutual = follows.get('a')?.has('b') === true && follows.get('b')?.has('a') === true;
        const { kind } = await search();
        if (kind === 'inconclusive') assert.equal(hidden.length, 2, 'one public account answers both directions');
        else assert.equal(kind, isMutual ? 'yes' : 'no');
      }),
      { numRuns: 500 },
    );
  });

  it('reads nothing where a count is zero', async () => {
    const { search, cost } = network(graph({ a: ['b', ...crowd('x', 10)], b: [] }));
    assert.deepEqual([await search(), cost.pages], [{ kind: 'no' }, 0]);
  });

  it('reads the shorter list of each direction, the cheaper direction first', async () => {
    const { search, read } = network(
      graph({ a: ['b', ...crowd('x', 50)], b: ['a', 'y'], ...fans('a', 30), ...fans('b', 9) }),
    );
    assert.deepEqual(await search(), { kind: 'yes' });
    // b follows 2, a is followed by 31; a follows 51, b is followed by 10.
    assert.deepEqual(read, ['following of b', 'followers of b']);
  });

  it('stops at the first "no"', async () => {
    const { search, read } = network(
      graph({ a: ['b', ...crowd('x', 50)], b: ['y', 'z'], ...fans('a', 30), ...fans('b', 9) }),
    );
    assert.deepEqual(await search(), { kind: 'no' });
    assert.equal(read.length, 1);
  });

  it('stops at the page where it finds them', async () => {
    const long = {
      a: [...crowd('x', 2_500), 'b'],
      b: [...crowd('y', 2_500), 'a'],
      ...fans('a', 3_000),
      ...fans('b', 3_000),
    };
    const { search, cost } = network(graph(long));
    assert.deepEqual(await search(6_000), { kind: 'yes' });
    assert.deepEqual(cost, { pages: 2, users: 2_000 });
  });

  it('requests no more users than remain', async () => {
    const { user, readPage } = network(
      graph({ a: crowd('x', 1_007), b: ['a'], ...fans('b', 2_000), ...fans('a', 2_000) }),
    );
    const sizes: number[] = [];
    const search = new MutualFollowSearch({
      readPage: (list, id, page) => {
        sizes.push(page.size);
        return readPage(list, id, page);
      },
      maxUsers: 5_000,
    });
    assert.deepEqual(await search.run(user('a'), user('b')), { kind: 'no' });
    assert.deepEqual(sizes, [1, 1_000, 7]);
  });

  it('does not read lists above its budget', async () => {
    const { search, cost } = network(
      graph({ a: ['b', ...crowd('x', 50)], b: ['a', ...crowd('y', 50)], ...fans('a', 50), ...fans('b', 50) }),
    );
    const answer = await search(49);
    assert.match(
      answer.kind === 'inconclusive' ? answer.reason : '',
      /on Twitter are longer than this server may read/,
    );
    assert.equal(cost.users, 0);
  });

  it('still finds a "no" in the direction that it can pay', async () => {
    const { search } = network(
      graph({ a: ['b', ...crowd('x', 500)], b: crowd('y', 10), ...fans('a', 500), ...fans('b', 500) }),
    );
    assert.deepEqual(await search(100), { kind: 'no' });
  });

  it('reads on where a list is longer than its count, and stops at a limit of pages', async () => {
    const { user } = network(graph({ a: ['b'], b: ['a'] }));
    let pages = 0;
    const growing = new MutualFollowSearch({
      maxUsers: 5_000,
      readPage: async (_, id) => {
        pages += 1;
        return pages % 2 === 0
          ? { ids: [id === 'a' ? 'b' : 'a'], withheld: [], token: undefined }
          : { ids: ['x'], withheld: [], token: `t${pages}` };
      },
    });
    assert.deepEqual(await growing.run(user('a'), user('b')), { kind: 'yes' });

    for (const token of [() => 'again', () => `fresh${pages}`]) {
      pages = 0;
      const endless = new MutualFollowSearch({
        maxUsers: 5_000,
        readPage: async () => {
          pages += 1;
          return { ids: [], withheld: [], token: token() };
        },
      });
      const answer = await endless.run(user('a'), user('b'));
      assert.match(answer.kind === 'inconclusive' ? answer.reason : '', /without an end/);
      assert.ok(pages <= 50, `${pages} pages`);
    }
  });

  it('tries the other list where one is withheld', async () => {
    const { user, readPage } = network(graph({ a: ['b'], b: ['a', 'x'] }));
    const search = new MutualFollowSearch({
      maxUsers: 5_000,
      readPage: async (list, id, page) => (list === 'followers' ? 'hidden' : readPage(list, id, page)),
    });
    assert.deepEqual(await search.run(user('a'), user('b')), { kind: 'yes' });
  });

  it('reads within its budget where the length is not reported', async () => {
    const { user, readPage } = network(graph({ a: ['b'], b: ['a'] }));
    const untold = (id: string): TwitterUser => ({ ...user(id), following: undefined, followers: undefined });
    const search = new MutualFollowSearch({ readPage, maxUsers: 5_000 });
    assert.deepEqual(await search.run(untold('a'), untold('b')), { kind: 'yes' });
  });
});
