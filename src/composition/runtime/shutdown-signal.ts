/** One press of Ctrl-C can arrive twice: from the terminal, and from npm. Unit: ms. */
const SAME_PRESS_MS = 500;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Listens for SIGTERM and SIGINT from now on, so that a signal during the start is not lost.
 * @returns the name of the first that came. The next one, unless it is the same press of a key, kills at once.
 */
export const shutdownSignal = (): Promise<string> => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const onSignal = (signal: string): void => {
    resolve(signal);
    setTimeout(() => {
      for (const name of SIGNALS) process.removeListener(name, onSignal);
    }, SAME_PRESS_MS).unref();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return promise;
};
