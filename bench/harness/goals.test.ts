import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GOALS, type Goal, type GoalNumber, verdictOn } from './goals.ts';
import { spreadOf } from './statistics.ts';

const verdict = (goal: GoalNumber, median: number) => verdictOn({ goal, value: spreadOf([median]) });

describe('verdictOn', () => {
  it('meets a goal at its very number, and misses it just beside', () => {
    assert.deepEqual([verdict(1, 0.55), verdict(1, 0.549)], ['met', 'not met']);
    assert.deepEqual([verdict(7, 2.5), verdict(7, 2.501)], ['met', 'not met']);
  });

  it('tells the stretch from the goal, in both directions', () => {
    assert.deepEqual([verdict(1, 0.75), verdict(1, 0.749)], ['stretch', 'met']);
    assert.deepEqual([verdict(7, 1.7), verdict(7, 1.701)], ['stretch', 'met']);
  });
});

describe('GOALS', () => {
  it('each ask for more in the stretch', () => {
    for (const { what, kind, goal, stretch } of Object.values(GOALS) as Goal[]) {
      assert.ok(kind === 'atLeast' ? stretch > goal : stretch < goal, what);
    }
  });

  it('are numbered from 1 to 14', () => {
    assert.deepEqual(
      Object.keys(GOALS).map(Number),
      Array.from({ length: 14 }, (_, index) => index + 1),
    );
  });
});
