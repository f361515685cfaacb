import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GOALS, type Goal, type GoalNumber, outcomeOf } from './goals.ts';
import { spreadOf } from './statistics.ts';

const outcome = (goal: GoalNumber, median: number) => outcomeOf({ goal, value: spreadOf([median]) });

describe('outcomeOf', () => {
  it('meets a goal at its very number, and misses it just beside', () => {
    assert.deepEqual([outcome(1, 0.55), outcome(1, 0.549)], ['met', 'not met']);
    assert.deepEqual([outcome(7, 2.5), outcome(7, 2.501)], ['met', 'not met']);
  });

  it('distinguishes stretch and goal, in both directions', () => {
    assert.deepEqual([outcome(1, 0.75), outcome(1, 0.749)], ['stretch', 'met']);
    assert.deepEqual([outcome(7, 1.7), outcome(7, 1.701)], ['stretch', 'met']);
  });
});

describe('GOALS', () => {
  it('have a stretch beyond the goal', () => {
    for (const { what, kind, goal, stretch } of Object.values(GOALS) as Goal[]) {
      assert.ok(kind === 'atLeast' ? stretch > goal : stretch < goal, what);
    }
  });

  it('are numbered from 1 to 15', () => {
    assert.deepEqual(
      Object.keys(GOALS).map(Number),
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
  });
});
