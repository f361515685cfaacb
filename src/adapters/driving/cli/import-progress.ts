export type ImportProgress = Readonly<{
  /** One more user was created or skipped. */
  step(user: string): void;
  /** The import has ended; a bar is removed. */
  stop(): void;
}>;

const MAX_SHOWN_LENGTH = 40;

/** A bar that redraws itself. It does not hide the cursor, which a kill would leave hidden. */
export const barProgress = async (stream: NodeJS.WriteStream, total: number): Promise<ImportProgress> => {
  const { SingleBar } = (await import('cli-progress')).default;
  const bar = new SingleBar({
    stream,
    format: '{bar} {value}/{total}  {user}',
    barCompleteChar: '\u2588',
    barIncompleteChar: '\u2591',
    barsize: 30,
    hideCursor: false,
    linewrap: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  bar.start(total, 0, { user: '' });
  return {
    step: (user) => bar.increment(1, { user: [...user].slice(0, MAX_SHOWN_LENGTH).join('') }),
    stop: () => bar.stop(),
  };
};

/** One line for each user, for logs and pipes. */
export const lineProgress = (write: (text: string) => void, total: number): ImportProgress => {
  let done = 0;
  return {
    step(user) {
      done += 1;
      write(`${done}/${total} ${user}\n`);
    },
    stop() {},
  };
};
