import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aPair } from '../../../test/builders/pair-check-builder.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { MemoryFollowGraph, MemoryOrganisationDirectory } from '../../../test/doubles/memory-networks.ts';
import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import { Handle } from '../../domain/developer-pair/handle.ts';
import type { DomainError } from '../../domain/shared/domain-error.ts';
import type { FollowGraph } from '../../ports/follow-graph.ts';
import type { OrganisationDirectory } from '../../ports/organisation-directory.ts';
import { PortError } from '../../ports/port-error.ts';
import { CheckDeveloperPair } from './check-developer-pair.ts';
import { ReadPairHistory } from './read-pair-history.ts';

const [dev1, dev2] = [Handle.parse('dev1'), Handle.parse('dev2')];

let stores: MemoryStores;
let follows: MemoryFollowGraph;
let organisations: MemoryOrganisationDirectory;
let clock: FixedClock;

const open = (ports: { followGraph?: FollowGraph; organisationDirectory?: OrganisationDirectory } = {}) => {
  let n = 0;
  const idGenerator = {
    next: () => {
      n += 1;
      return anId(n);
    },
  };
  return new CheckDeveloperPair({
    followGraph: follows,
    organisationDirectory: organisations,
    unitOfWork: stores,
    idGenerator,
    clock,
    ...ports,
  });
};

const history = async () => {
  const { items } = await new ReadPairHistory({ pairHistory: stores.pairHistory }).execute({
    developers: ['dev1', 'dev2'],
    limit: 100,
  });
  return items;
};

const down = (service: string, retryAfterSeconds?: number) =>
  new PortError('upstream.unavailable', `${service} at 10.0.0.1 is down`, {
    messages: [`${service} is down.`],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });

describe('CheckDeveloperPair', () => {
  beforeEach(() => {
    stores = new MemoryStores();
    follows = new MemoryFollowGraph();
    organisations = new MemoryOrganisationDirectory();
    clock = new FixedClock(NEW_YEAR);
    for (const [from, to] of [
      [dev1, dev2],
      [dev2, dev1],
    ] as const) {
      follows.join(from);
      follows.follow(from, to);
    }
    organisations.join(dev1, 'org1', 'org2', 'org3');
    organisations.join(dev2, 'org2', 'org1');
  });

  it('answers and writes the answer down', async () => {
    const connection = { connected: true, organisations: ['org1', 'org2'] } as const;
    assert.deepEqual(await open().execute({ developers: ['DEV2', 'dev1'] }), connection);
    assert.deepEqual(await history(), [{ at: NEW_YEAR, connection }]);
  });

  it('writes a "not connected" down as well', async () => {
    organisations = new MemoryOrganisationDirectory();
    for (const developer of [dev1, dev2]) organisations.join(developer);
    const connection = { connected: false, missing: ['organisation'] } as const;
    assert.deepEqual(await open().execute({ developers: ['dev1', 'dev2'] }), connection);
    assert.deepEqual(await history(), [{ at: NEW_YEAR, connection }]);
  });

  it('puts every question at once', async () => {
    const asked: string[] = [];
    const gate = Promise.withResolvers<void>();
    const held = <T>(name: string, work: () => Promise<T>) => {
      asked.push(name);
      return gate.promise.then(work);
    };
    const check = open({
      followGraph: { followEachOther: (...all) => held('twitter', () => follows.followEachOther(...all)) },
      organisationDirectory: {
        organisationsOf: (one) => held(`github ${one}`, () => organisations.organisationsOf(one)),
      },
    });
    const working = check.execute({ developers: ['dev1', 'dev2'] });
    assert.deepEqual(asked, ['github dev1', 'github dev2', 'twitter']);
    gate.resolve();
    await working;
  });

  it('pays Twitter only once GitHub has left it in doubt', async () => {
    const paid: boolean[] = [];
    const followGraph: FollowGraph = {
      followEachOther: async (_, __, isWorthPaying) => {
        paid.push(await isWorthPaying());
        return { kind: 'not-asked' };
      },
    };
    organisations.join(Handle.parse('dev3'), 'elsewhere');
    const apart = await open({ followGraph }).execute({ developers: ['dev1', 'dev3'] });
    assert.deepEqual(apart, { connected: false, missing: ['organisation'] });
    organisations.failWith(down('GitHub'));
    await assert.rejects(open({ followGraph }).execute({ developers: ['dev1', 'dev2'] }));
    organisations.failWith(undefined);
    await assert.rejects(open({ followGraph }).execute({ developers: ['dev1', 'dev2'] }));
    assert.deepEqual(paid, [false, false, true]);
  });

  it('names unknown developers, and writes nothing down', async () => {
    await assert.rejects(open().execute({ developers: ['dev1', 'Missing'] }), (error: DomainError) => {
      assert.equal(error.code, 'developer.unknown');
      assert.deepEqual(error.messages, [
        'Missing is no a valid user in github',
        'Missing is no a valid user in twitter',
      ]);
      return true;
    });
    assert.deepEqual(await stores.pairHistory.list({ pair: aPair('dev1', 'missing'), limit: 1 }), []);
  });

  it('reports an undecided check, and writes nothing down', async () => {
    follows.protect(dev1);
    follows.protect(dev2);
    await assert.rejects(open().execute({ developers: ['dev1', 'dev2'] }), { code: 'pair.undecided' });
    assert.deepEqual(await history(), []);
  });

  it('lets out what a network did to us, and writes nothing down', async () => {
    const failure = down('Twitter', 7);
    follows.failWith(failure);
    await assert.rejects(open().execute({ developers: ['dev1', 'dev2'] }), (error) => error === failure);
    assert.deepEqual(await history(), []);
  });

  it('reports all failed networks and the longest wait', async () => {
    follows.failWith(down('Twitter', 7));
    organisations.failWith(down('GitHub', 60));
    await assert.rejects(open().execute({ developers: ['dev1', 'dev2'] }), (error: PortError) => {
      assert.ok(error instanceof PortError);
      assert.deepEqual([...error.messages].sort(), ['GitHub is down.', 'Twitter is down.']);
      assert.equal(error.retryAfterSeconds, 60);
      return true;
    });
  });

  it('does not report a bug as a network without a response', async () => {
    const followGraph: FollowGraph = { followEachOther: () => Promise.reject(new TypeError('a bug')) };
    await assert.rejects(open({ followGraph }).execute({ developers: ['dev1', 'dev2'] }), TypeError);
  });

  it('sends no request for one developer twice', async () => {
    follows.failWith(down('Twitter'));
    await assert.rejects(open().execute({ developers: ['dev1', 'DEV1'] }), { code: 'pair.same-developer' });
  });

  it('lets others watch', async () => {
    const seen: string[] = [];
    await open().execute({
      developers: ['dev1', 'dev2'],
      onProgress: (event, { network, about }) => void seen.push(`${event} ${network} ${about.join('+')}`),
    });
    assert.deepEqual(seen.slice(0, 3), ['asked github dev1', 'asked github dev2', 'asked twitter dev1+dev2']);
    assert.deepEqual(seen.slice(3).sort(), [
      'answered github dev1',
      'answered github dev2',
      'answered twitter dev1+dev2',
    ]);
  });
});

describe('ReadPairHistory', () => {
  it('returns page after page, each with the cursor of the next one', async () => {
    const check = open();
    for (let n = 0; n < 5; n += 1) {
      await check.execute({ developers: ['dev1', 'dev2'] });
      clock.advance(1_000);
    }
    const read = new ReadPairHistory({ pairHistory: stores.pairHistory });
    const pair = { developers: ['dev2', 'dev1'] as const, limit: 2 };
    const first = await read.execute(pair);
    const second = await read.execute({ ...pair, after: first.next });
    const third = await read.execute({ ...pair, after: second.next });
    assert.deepEqual(
      [first, second, third].map(({ items }) => items.length),
      [2, 2, 1],
    );
    assert.equal(third.next, undefined);
    const times = [first, second, third].flatMap(({ items }) => items.map(({ at }) => at));
    assert.deepEqual(times, [...times].sort());
    assert.equal(new Set(times).size, 5);
    assert.equal((await read.execute({ ...pair, limit: 5 })).next, undefined, 'a full last page has no next one');
  });

  it('rejects one developer twice, and a place that is none of ours', async () => {
    const read = new ReadPairHistory({ pairHistory: stores.pairHistory });
    await assert.rejects(read.execute({ developers: ['x', 'X'], limit: 1 }), { code: 'pair.same-developer' });
    await assert.rejects(read.execute({ developers: ['x', 'y'], limit: 1, after: 'z' }), { code: 'id.malformed' });
  });
});
