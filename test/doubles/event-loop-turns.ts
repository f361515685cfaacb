/**
 * Runs `work`.
 * @returns its result, and the turns of the event loop that ended meanwhile: other requests would have been served in them
 */
export const withTurns = async <T>(work: () => Promise<T>): Promise<{ result: T; turns: number }> => {
  let turns = 0;
  let next = setImmediate(function count() {
    turns += 1;
    next = setImmediate(count);
  });
  try {
    return { result: await work(), turns };
  } finally {
    clearImmediate(next);
  }
};
