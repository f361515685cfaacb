import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { measureInTurn, rowOf, shareOf } from './rounds.ts';

describe('measureInTurn', () => {
  it('takes turns, warms up each contender first, and does not count the warm-up', async () => {
    const turns: string[] = [];
    const contender = (name: string) => ({
      name,
      measure: async (seconds: number) => {
        turns.push(`${name} ${seconds}`);
        return { perSecond: turns.length };
      },
    });
    const lengths = { rounds: 2, seconds: 4, warmSeconds: 1 };
    const measured = await measureInTurn([contender('a'), contender('b')], lengths, () => {});
    assert.deepEqual(turns, ['a 1', 'b 1', 'a 4', 'b 4', 'a 4', 'b 4']);
    assert.deepEqual(
      measured.map(({ rounds }) => rounds.map(({ perSecond }) => perSecond)),
      [
        [3, 5],
        [4, 6],
      ],
    );
  });

  it('warms up until enough requests were sent, up to a limit', async () => {
    const turnsOf = async (perSecond: number): Promise<number> => {
      let turns = 0;
      const measure = async () => {
        turns += 1;
        return { perSecond };
      };
      await measureInTurn(
        [{ name: 'a', measure, warmAfter: 100 }],
        { rounds: 1, seconds: 1, warmSeconds: 2 },
        () => {},
      );
      return turns - 1;
    };
    assert.deepEqual([await turnsOf(50), await turnsOf(49), await turnsOf(1)], [1, 2, 3]);
  });
});

const limit = { name: 'limit', rounds: [20_000, 10_000, 30_000].map((perSecond) => ({ perSecond, cpuMicros: 40 })) };
const ours = { name: 'ours', rounds: [10_000, 5_000, 12_000].map((perSecond) => ({ perSecond, cpuMicros: 80 })) };

describe('shareOf', () => {
  it('compares round by round, by throughput and by CPU, the more the better', () => {
    const { value, byCpu } = shareOf(ours, limit);
    assert.deepEqual(value, { median: 0.5, min: 0.4, max: 0.5 });
    assert.deepEqual(byCpu, { median: 0.5, min: 0.5, max: 0.5 });
  });

  it('says nothing of CPU where one of the two does not know its own', () => {
    const mute = { name: 'mute', rounds: limit.rounds.map(({ perSecond }) => ({ perSecond })) };
    assert.equal(shareOf(ours, mute).byCpu, undefined);
    assert.equal(shareOf(mute, limit).byCpu, undefined);
  });
});

describe('rowOf', () => {
  it('writes the median with both ends', () => {
    assert.deepEqual(rowOf(ours), ['ours', '10,000', '5,000–12,000', '80.0', '–', '–']);
    const slow = { name: 'slow', rounds: [{ perSecond: 27.26, p99Ms: 3.21, waited: 0.126 }] };
    assert.deepEqual(rowOf(slow), ['slow', '27.3', '27.3–27.3', '–', '3.2', '13 %']);
  });
});
