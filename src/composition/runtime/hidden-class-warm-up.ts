import { executionAsyncResource } from 'node:async_hooks';

const kept: object[] = [];

/**
 * perf: keeps one of the objects that `process.nextTick` creates, of which a request creates several. V8 creates them
 * fast as long as it knows their hidden class, and drops that at a garbage collection while none of them is alive: then
 * a small request costs 10 % more for the rest of the process's life.
 * @returns the object
 */
export const warmUpHiddenClasses = async (): Promise<object> => {
  const { promise, resolve } = Promise.withResolvers<object>();
  process.nextTick(() => resolve(executionAsyncResource()));
  const tick = await promise;
  kept[0] = tick;
  return tick;
};
