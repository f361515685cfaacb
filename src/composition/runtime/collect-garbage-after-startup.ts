/** How often it is looked whether there is time. Unit: ms. */
const ROUND_MS = 1_000;

/** Part of a round in which something was done; below it nobody is kept waiting. */
const QUIET = 0.1;

/**
 * Collects what the start has left behind, a third of the memory, in the first quiet second. By itself V8 waits until
 * there is much more of it, since it cannot know that the start is over. It takes about a tenth of a second, so it is
 * done once, and not while requests come in.
 * @returns what gives the plan up
 */
export const collectGarbageAfterStartup = (collect: () => unknown = collectAll): (() => void) => {
  let before = performance.eventLoopUtilization();
  const rounds = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > QUIET) return;
    clearInterval(rounds);
    collect();
  }, ROUND_MS).unref();
  return () => clearInterval(rounds);
};

/**
 * Also the space for new objects, which has grown while modules were loaded and shrinks in no other way. The inspector
 * is the one door to it that needs no flag at the start; it stays within the process and is shut again.
 */
const collectAll = async (): Promise<void> => {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
};
