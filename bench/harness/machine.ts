import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** The cores of the measured server and of the load, in the notation of `taskset`. */
export type Cores = Readonly<{ server: string; load: string; all: string; isPinned: boolean }>;

const has = (program: string): boolean => spawnSync('which', [program]).status === 0;

export const hasWrk = (): boolean => has('wrk');

/** The first core for the measured server, the others for the load. */
export const coresHere = (): Cores => {
  const cores = coreNumbers();
  const isPinned = has('taskset') && cores.length > 1;
  return { server: String(cores[0]), load: cores.slice(1).join(','), all: cores.join(','), isPinned };
};

/** @returns program and arguments, restricted to these cores if possible */
export const pinned = (cores: string, isPinned: boolean, command: readonly string[]): readonly string[] =>
  isPinned ? ['taskset', '--cpu-list', cores, ...command] : command;

/** Restricts this process, and those it starts from now on without `pinned`, to these cores. */
export const pinSelf = (cores: string): void => {
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(process.pid)]);
};

/** The cores that this process may use: in a container, or under taskset, not all of them. */
const coreNumbers = (): number[] => {
  const range = /^Cpus_allowed_list:\s*(.+)$/m.exec(readOr('/proc/self/status', ''))?.[1];
  if (range === undefined) return Array.from({ length: availableParallelism() }, (_, core) => core);
  return range.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
};

const readOr = (path: string, fallback: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return fallback;
  }
};

/** Describes the machine, by line. */
export const describeMachine = (): readonly string[] => [
  `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  `${type()} ${release()}, Node ${process.versions.node}`,
];

/** CPU time of the machine and of the benchmarks. Unit: µs, counted up. */
export type CpuTimes = Readonly<{
  /** All cores, every process, without interrupts. */
  everyone: number;
  /** What the hypervisor gave to other machines while this one wanted to run. */
  stolen: number;
  /** This process and its ended children. */
  own: number;
}>;

/** @returns the times now, or undefined without `/proc` (not Linux) */
export const cpuTimes = (): CpuTimes | undefined => {
  const all = /^cpu +(.+)$/m.exec(readOr('/proc/stat', ''))?.[1]?.split(' ').map(Number);
  // The name of the program may contain spaces; the other fields follow its closing bracket.
  const own = readOr('/proc/self/stat', '').split(') ').at(-1)?.split(' ').map(Number);
  if (all === undefined || own === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, , , , , stolen = 0] = all;
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = own.slice(11, 15);
  return {
    everyone: (user + nice + system) * TICK,
    stolen: stolen * TICK,
    own: (utime + stime + cutime + cstime) * TICK,
  };
};

/** `USER_HZ` is 100 on every architecture that Node runs on. */
const TICK = 10_000;
