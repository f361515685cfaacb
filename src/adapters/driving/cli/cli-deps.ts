import type { ListUsers } from '../../../application/user/list-users.ts';
import type { LicenseDeps } from './license-deps.ts';

/** What the commands can reach. Opened only by the command that needs it. */
export type CliDeps = Readonly<{
  version: string;
  write(text: string): void;
  writeError(text: string): void;
  /** Runs until it is told to stop. @returns the exit code */
  serve(options: { wipeFirst: boolean }): Promise<number>;
  /** @returns the steps taken */
  migrate(): Promise<readonly string[]>;
  /** The OpenAPI document, as `/docs/json` serves it. */
  describeApi(): Promise<object>;
  /** Opens the store for `work` and closes it again. */
  withUseCases<T>(work: (useCases: { listUsers: ListUsers }) => Promise<T>): Promise<T>;
}> &
  LicenseDeps;
