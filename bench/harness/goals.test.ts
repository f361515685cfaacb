import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byNumber, GOALS, type Goal, type GoalNumber, outcomeOf, targetOf } from './goals.ts';
import { spreadOf } from './statistics.ts';

const outcome = (goal: GoalNumber, median: number) => outcomeOf({ goal, value: spreadOf([median]) });

describe('outcomeOf', () => {
  it('meets a goal at its very number, and misses it just beside', () => {
    assert.deepEqual([outcome(1, 0.55), outcome(1, 0.549)], ['met', 'not met']);
    assert.deepEqual([outcome(7, 2.5), outcome(7, 2.501)], ['met', 'not met']);
  });

  it('distinguishes stretch and goal, in both directions', () => {
    assert.deepEqual([outcome(1, 0.65), outcome(1, 0.649)], ['stretch', 'met']);
    assert.deepEqual([outcome(7, 1.7), outcome(7, 1.701)], ['stretch', 'met']);
  });
});

describe('GOALS', () => {
  it('have a stretch beyond the goal', () => {
    for (const [number, goal] of Object.entries(GOALS) as [GoalNumber, Goal][]) {
      for (const of of 'targets' in goal ? Object.keys(goal.targets) : ['']) {
        const target = targetOf({ goal: number, of });
        const isBeyond = goal.kind === 'atLeast' ? target.stretch > target.goal : target.stretch < target.goal;
        assert.ok(isBeyond, `${goal.what} ${of}`);
      }
    }
  });

  it('have a target for each route of theirs', () => {
    assert.equal(targetOf({ goal: 8, of: '`PUT …/activations/…`' }).goal, 0.9);
    assert.throws(() => targetOf({ goal: 8, of: '`GET /`' }), /Goal 8 has no target for `GET \/`/);
  });

  it('are numbered from 1 to 15, some with a part', () => {
    const numbers = Object.keys(GOALS).map(Number.parseFloat);
    assert.deepEqual(new Set(numbers), new Set(Array.from({ length: 15 }, (_, index) => index + 1)));
  });

  it('are reported in their order', () => {
    const results = ([10, '7b', 4, 7, '4b', 5] as const).map((goal) => ({ goal, value: spreadOf([1]) }));
    assert.deepEqual(
      results.toSorted(byNumber).map(({ goal }) => goal),
      [4, '4b', 5, 7, '7b', 10],
    );
  });
});
