/**
 * What matters of a system call trace, a letter each, in order: `W` a write into the write-ahead log, `S` the disk has
 * it, `A` an answer that says 201 leaves.
 * @param trace as `strace -y` writes it
 */
export const eventsOf = (trace: string): string =>
  trace
    .split('\n')
    .map((line) => {
      if (/^(?:\d+ +)?pwrite64\(\d+<[^>]*-wal>/.test(line)) return 'W';
      if (/^(?:\d+ +)?f(?:data)?sync\(\d+<[^>]*-wal>\) += 0$/.test(line)) return 'S';
      if (/^(?:\d+ +)?(?:write|writev|sendto)\(.*"HTTP\/1\.1 201 /.test(line)) return 'A';
      return '';
    })
    .join('');

/** Answers that left while something lay in the log that the disk did not have. */
export const answersTooEarly = (events: string): number => events.match(/W(?=A)/g)?.length ?? 0;

/** Answers to a client that waits for each, before which the disk was not waited for. */
export const answersWithoutWaiting = (events: string): number => events.match(/(?<!S)A/g)?.length ?? 0;
