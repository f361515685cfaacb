import type { Secret } from '../../../domain/shared/secret.ts';
import { PortError } from '../../../ports/port-error.ts';
import type { CliDeps } from './cli-deps.ts';
import type { Credentials } from './credentials.ts';
import { EXIT } from './exit-codes.ts';
import { barProgress, type ImportProgress, lineProgress } from './import-progress.ts';
import { escaped } from './visible.ts';

/** One person came in, or did not. */
export type Arrival =
  | Readonly<{ isIn: true; name: string; email: string; password: Secret | undefined }>
  | Readonly<{ isIn: false; who: string; why: string }>;

type Journey = Readonly<{
  arrivals: AsyncIterable<Arrival>;
  count: number;
  credentials?: Credentials;
  /** The command that goes on where this one is cut short. */
  goOn: string;
  deps: Pick<CliDeps, 'terminal' | 'writeError'>;
}>;

/**
 * Shows people as they come in, and tells their passwords at the end, however it ends.
 * @returns the exit code: 6 where it was cut short by Ctrl-C or by a service that failed halfway
 * @throws what kept the very first person out
 */
export const follow = async ({ arrivals, count, credentials, goOn, deps }: Journey): Promise<number> => {
  const { terminal, writeError } = deps;
  const progress: ImportProgress =
    terminal.bar === undefined ? lineProgress(writeError, count) : await barProgress(terminal.bar, count);
  let isInterrupted = false;
  void terminal.shutdownSignal().then(() => {
    isInterrupted = true;
  });
  const tally = { in: 0, skipped: 0 };
  let fault: PortError | undefined;
  try {
    for await (const arrival of arrivals) {
      tally[arrival.isIn ? 'in' : 'skipped'] += 1;
      if (arrival.isIn && arrival.password !== undefined) {
        credentials?.add({ name: arrival.name, email: arrival.email, password: arrival.password.reveal() });
      }
      progress.step(spoken(arrival));
      if (isInterrupted) break;
    }
  } catch (error) {
    if (!(error instanceof PortError) || tally.in + tally.skipped === 0) throw error;
    fault = error;
  } finally {
    progress.stop();
    await credentials?.close();
  }
  writeError(`${tally.in} of ${count} came in, ${tally.skipped} skipped.\n`);
  if (tally.in + tally.skipped === count) return EXIT.done;
  writeError(`${fault?.message ?? 'Stopped'}. What came in stays. To go on: ${goOn}\n`);
  return EXIT.cutShort;
};

const spoken = (arrival: Arrival): string =>
  escaped(arrival.isIn ? `${arrival.name} <${arrival.email}>` : `skipped ${arrival.who}: ${arrival.why}`);
