import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** Which cores the measured and the measuring have to themselves, as `taskset` writes them. */
export type Cores = Readonly<{ server: string; load: string; all: string; isPinned: boolean }>;

const knows = (program: string): boolean => spawnSync('which', [program]).status === 0;

export const hasWrk = (): boolean => knows('wrk');

/** The first core for what is measured, the others for what measures it. */
export const coresHere = (): Cores => {
  const mine = coreNumbers();
  const isPinned = knows('taskset') && mine.length > 1;
  return { server: String(mine[0]), load: mine.slice(1).join(','), all: mine.join(','), isPinned };
};

/** @returns program and arguments that keep to these cores, where that is possible */
export const pinned = (cores: string, isPinned: boolean, command: readonly string[]): readonly string[] =>
  isPinned ? ['taskset', '--cpu-list', cores, ...command] : command;

/** Keeps this process, and what it starts from now on without a word about cores, to these. */
export const keepTo = (cores: string): void => {
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(process.pid)]);
};

/** The cores that this very process may use: in a container, or under taskset, not all of them. */
const coreNumbers = (): number[] => {
  const range = /^Cpus_allowed_list:\s*(.+)$/m.exec(readOr('/proc/self/status', ''))?.[1];
  if (range === undefined) return Array.from({ length: availableParallelism() }, (_, core) => core);
  return range.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
};

const readOr = (path: string, otherwise: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
};

/** What a reader needs to know of the machine, line by line. */
export const describeMachine = (): readonly string[] => [
  `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  `${type()} ${release()}, Node ${process.versions.node}`,
];
