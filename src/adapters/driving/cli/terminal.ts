import type { Secret } from '../../../domain/shared/secret.ts';

/** What stands at the other end of a command. */
export type Terminal = Readonly<{
  /** Where a bar can be drawn: the error output, if it is a terminal. `undefined` where it is piped. */
  bar: NodeJS.WriteStream | undefined;
  /** The output shows colours. */
  hasColors: boolean;
  /**
   * One line from the input, without its end. At a terminal it is asked for and not shown.
   * @returns `undefined` where it is longer than `mostBytes`
   */
  readSecret(question: string, mostBytes: number): Promise<Secret | undefined>;
  /** Fulfilled at the first Ctrl-C or SIGTERM; the second ends the process. */
  shutdownSignal(): Promise<unknown>;
}>;
