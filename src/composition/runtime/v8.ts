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

/** Interval in which the load is measured. Unit: ms. */
const LOAD_INTERVAL_MS = 1_000;

/** Utilization of the event loop below which a garbage collection delays no request. */
const IDLE = 0.1;

/**
 * perf: collects the garbage of the start once, in the first idle second, which frees a third of the resident memory
 * (docs/adr/0087). V8 by itself waits until there is much more of it. The collection takes about 0.1 s, so it does not
 * run while requests come in.
 * @returns a function that cancels it
 */
export const collectGarbageAfterStartup = (collect: () => unknown = collectAll): (() => void) => {
  let before = performance.eventLoopUtilization();
  const rounds = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > IDLE) return;
    clearInterval(rounds);
    // The collection saves memory and nothing depends on it.
    void Promise.try(collect).catch(() => {});
  }, LOAD_INTERVAL_MS).unref();
  return () => clearInterval(rounds);
};

/** The inspector also shrinks the space for new objects, and needs no flag. It opens no port and is closed again. */
const collectAll = async (): Promise<void> => {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
};
