/**
 * The relevant events of a system call trace, one character each, in order: `W` a write to the write-ahead log, `S` its
 * sync, `A` a response with 201.
 * @param trace output of `strace -y`
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

/** Responses that were sent while the log had unsynced data. */
export const responsesTooEarly = (events: string): number => events.match(/W(?=A)/g)?.length ?? 0;

/** Responses to a sequential client without a sync before them. */
export const responsesWithoutSync = (events: string): number => events.match(/(?<!S)A/g)?.length ?? 0;
