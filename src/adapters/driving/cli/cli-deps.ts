import type { CheckDeveloperPair } from '../../../application/developer-pair/check-developer-pair.ts';
import type { RatePassword } from '../../../application/password/rate-password.ts';
import type { SuggestPassword } from '../../../application/password/suggest-password.ts';
import type { TryPasswordScenarios } from '../../../application/password/try-password-scenarios.ts';
import type { ListUsers } from '../../../application/user/list-users.ts';
import type { Copied } from '../../../ports/store-copy.ts';
import type { LicenseDeps } from './license-deps.ts';
import type { Terminal } from './terminal.ts';
import type { UserImport } from './user-import.ts';

/** A store as in DATABASE_URL, or the file that says so, as in DATABASE_URL_FILE. */
export type StoreAddress = Readonly<{ url: string } | { urlFile: string }>;

/** What the commands can reach. Opened only by the command that needs it. */
export type CliDeps = Readonly<{
  version: string;
  write(text: string): void;
  writeError(text: string): void;
  terminal: Terminal;
  /** None of these needs a store or a setting. */
  passwords(): Promise<
    Readonly<{
      suggestPassword: SuggestPassword;
      ratePassword: RatePassword;
      tryPasswordScenarios: TryPasswordScenarios;
    }>
  >;
  userImport: UserImport;
  /** Runs until it is told to stop. @returns the exit code */
  serve(options: { wipeFirst: boolean }): Promise<number>;
  /** @returns the steps taken */
  migrate(): Promise<readonly string[]>;
  /** Copies all of one store into another. */
  copy(stores: { from: StoreAddress; to: StoreAddress }): Promise<readonly Copied[]>;
  /** Copies the store into a new file. */
  backUp(file: string): Promise<void>;
  /** Puts a backup in the place of the store. @returns where the store that was there is kept, if there was one */
  restore(wish: Readonly<{ from: string; replaces: boolean }>): Promise<string | undefined>;
  /** The OpenAPI document, as `/docs/json` serves it. */
  describeApi(): Promise<object>;
  /** Opens the store for `work` and closes it again. */
  withUseCases<T>(work: (useCases: { listUsers: ListUsers }) => Promise<T>): Promise<T>;
  /** Opens the store and the way to GitHub and Twitter for `work`, and closes both again. */
  withDeveloperPairs<T>(work: (useCases: { checkDeveloperPair: CheckDeveloperPair }) => Promise<T>): Promise<T>;
}> &
  LicenseDeps;
