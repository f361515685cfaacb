/** Shows how far an import has come. */
export type ImportProgress = Readonly<{
  /** One more person has been dealt with. */
  step(who: string): void;
  /** Nothing more comes; a bar leaves the screen. */
  stop(): void;
}>;

const LONGEST_SHOWN = 40;

/** A bar that redraws itself. It hides neither the cursor nor anything else that a kill would leave hidden. */
export const barProgress = async (stream: NodeJS.WriteStream, total: number): Promise<ImportProgress> => {
  const { SingleBar } = (await import('cli-progress')).default;
  const bar = new SingleBar({
    stream,
    format: '{bar} {value}/{total}  {who}',
    barCompleteChar: '\u2588',
    barIncompleteChar: '\u2591',
    barsize: 30,
    hideCursor: false,
    linewrap: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  bar.start(total, 0, { who: '' });
  return {
    step: (who) => bar.increment(1, { who: [...who].slice(0, LONGEST_SHOWN).join('') }),
    stop: () => bar.stop(),
  };
};

/** A line a person, for logs and pipes. */
export const lineProgress = (write: (text: string) => void, total: number): ImportProgress => {
  let dealtWith = 0;
  return {
    step(who) {
      dealtWith += 1;
      write(`${dealtWith}/${total} ${who}\n`);
    },
    stop() {},
  };
};
