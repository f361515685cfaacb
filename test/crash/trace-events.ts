/**
 * The relevant events of a system call trace, one character each, in order: `W` a write to the write-ahead log, `S` its
 * sync, `A` a response with 201.
 * @param trace output of `strace -y`
 */
export const eventsOf = (trace: string): string => {
  // Threads with an unfinished sync of the log; a write since has made it worthless.
  const syncing = new Set<string>();
  return trace
    .split('\n')
    .map((line) => {
      const thread = /^\d+/.exec(line)?.[0] ?? '';
      if (/^(?:\d+ +)?pwrite64\(\d+<[^>]*-wal>/.test(line)) {
        syncing.clear();
        return 'W';
      }
      if (/^(?:\d+ +)?f(?:data)?sync\(\d+<[^>]*-wal>\) += 0$/.test(line)) return 'S';
      if (/^(?:\d+ +)?f(?:data)?sync\(\d+<[^>]*-wal> +<unfinished/.test(line)) syncing.add(thread);
      if (/^(?:\d+ +)?<\.\.\. f(?:data)?sync resumed>\) += /.test(line)) {
        return syncing.delete(thread) && line.endsWith('= 0') ? 'S' : '';
      }
      if (/^(?:\d+ +)?(?:write|writev|sendto)\(.*"HTTP\/1\.1 201 /.test(line)) return 'A';
      return '';
    })
    .join('');
};

/** Responses that were sent while the log had unsynced data. */
export const responsesTooEarly = (events: string): number => events.match(/W(?=A)/g)?.length ?? 0;

/** Responses to a sequential client without a sync before them. */
export const responsesWithoutSync = (events: string): number => events.match(/(?<!S)A/g)?.length ?? 0;
