import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { FairQueue } from './fair-queue.ts';

/** One task runs until the test ends it, and three wait. */
const aQueue = () => {
  const queue = new FairQueue({ concurrency: 1, maxWaiting: 3 });
  const events: string[] = [];
  let end = () => {};
  return {
    events,
    add(name: string, network: string, account: string) {
      const task = () => {
        events.push(name);
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      };
      queue.run(task, { network, account }).catch(() => events.push(`${name} dropped`));
    },
    async endTask() {
      end();
      await setImmediate();
    },
  };
};

describe('FairQueue', () => {
  it('gives a network no earlier turn for a task that was dropped before', async () => {
    const { events, add, endTask } = aQueue();
    add('first', 'A', 'ada');
    add('b1', 'B', 'mallory');
    add('c', 'C', 'mallory');
    add('b2', 'B', 'mallory');
    await endTask();
    add('d', 'D', 'dave');
    add('e', 'E', 'eve');
    await endTask();
    add('f', 'F', 'frank');
    await endTask();
    add('b3', 'B', 'bob');
    for (const _ of Array(4)) await endTask();
    assert.deepEqual(events, ['first', 'b1', 'b2 dropped', 'c', 'd', 'e', 'f', 'b3']);
  });

  it('gives an account of a network no earlier turn for a task that was dropped before', async () => {
    const { events, add, endTask } = aQueue();
    add('first', 'A', 'ada');
    add('y1', 'N', 'yves');
    add('x', 'N', 'xenia');
    add('y2', 'N', 'yves');
    await endTask();
    add('d', 'D', 'dave');
    add('e', 'E', 'eve');
    await endTask();
    await endTask();
    add('z', 'N', 'zoe');
    add('y3', 'N', 'yves');
    for (const _ of Array(4)) await endTask();
    assert.deepEqual(events, ['first', 'y1', 'y2 dropped', 'x', 'd', 'e', 'z', 'y3']);
  });
});
