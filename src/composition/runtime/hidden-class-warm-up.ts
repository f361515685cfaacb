import { executionAsyncResource } from 'node:async_hooks';

const kept: object[] = [];

/**
 * Keeps one of the objects that `process.nextTick` makes. A request makes several, and V8 knows a short way to make them
 * as long as one is alive. If none is while memory is collected, it forgets their shape, meets the next one as a new
 * shape and makes all later ones the long way: a tenth of the cost of a small request, for as long as the process lives.
 * @returns the object
 */
export const warmUpHiddenClasses = async (): Promise<object> => {
  const { promise, resolve } = Promise.withResolvers<object>();
  process.nextTick(() => resolve(executionAsyncResource()));
  const tick = await promise;
  kept[0] = tick;
  return tick;
};
