import type { ExportAuditLog } from '../../../application/audit/export-audit-log.ts';
import type { ReadAuditLog } from '../../../application/audit/read-audit-log.ts';
import type { SealAuditEntries } from '../../../application/audit/seal-audit-entries.ts';
import type { VerifyAuditLog } from '../../../application/audit/verify-audit-log.ts';
import type { CheckDeveloperPair } from '../../../application/developer-pair/check-developer-pair.ts';
import type { ChangeLicense } from '../../../application/license/change-license.ts';
import type { DeactivateLicense } from '../../../application/license/deactivate-license.ts';
import type { IssueLicense } from '../../../application/license/issue-license.ts';
import type { ListActivations } from '../../../application/license/list-activations.ts';
import type { ListLicenses } from '../../../application/license/list-licenses.ts';
import type { ReadLicense } from '../../../application/license/read-license.ts';
import type { RotateSigningKey } from '../../../application/license/rotate-signing-key.ts';
import type { RatePassword } from '../../../application/password/rate-password.ts';
import type { SuggestPassword } from '../../../application/password/suggest-password.ts';
import type { TryPasswordScenarios } from '../../../application/password/try-password-scenarios.ts';
import type { ManageStaff } from '../../../application/staff/manage-staff.ts';
import type { ResealValues } from '../../../application/system/reseal-values.ts';
import type { ManageTokens } from '../../../application/token/manage-tokens.ts';
import type { BanUser } from '../../../application/user/ban-user.ts';
import type { CreateUser } from '../../../application/user/create-user.ts';
import type { DeleteUser } from '../../../application/user/delete-user.ts';
import type { EndSession } from '../../../application/user/end-session.ts';
import type { ImportRandomUsers } from '../../../application/user/import-random-users.ts';
import type { ImportRandomUsersRemotely } from '../../../application/user/import-random-users-remotely.ts';
import type { ListSessions } from '../../../application/user/list-sessions.ts';
import type { ListUsers } from '../../../application/user/list-users.ts';
import type { ManageSecondFactor } from '../../../application/user/manage-second-factor.ts';
import type { ReadUser } from '../../../application/user/read-user.ts';
import type { RegisterUser } from '../../../application/user/register-user.ts';
import type { Secret } from '../../../domain/shared/secret.ts';
import type { SignedLicenseFile } from '../../../ports/license-file-reader.ts';
import type { Copied } from '../../../ports/store-copy.ts';

/** The use cases that commands call. */
export type CliUseCases = Readonly<{
  banUser: BanUser;
  changeLicense: ChangeLicense;
  checkDeveloperPair: CheckDeveloperPair;
  createUser: CreateUser;
  deactivateLicense: DeactivateLicense;
  deleteUser: DeleteUser;
  endSession: EndSession;
  exportAuditLog: ExportAuditLog;
  importRandomUsers: ImportRandomUsers;
  importRandomUsersRemotely: ImportRandomUsersRemotely;
  issueLicense: IssueLicense;
  listActivations: ListActivations;
  listLicenses: ListLicenses;
  listSessions: ListSessions;
  listUsers: ListUsers;
  manageSecondFactor: ManageSecondFactor;
  manageStaff: ManageStaff;
  manageTokens: ManageTokens;
  ratePassword: RatePassword;
  readAuditLog: ReadAuditLog;
  readLicense: ReadLicense;
  readUser: ReadUser;
  registerUser: RegisterUser;
  resealValues: ResealValues;
  rotateSigningKey: RotateSigningKey;
  sealAuditEntries: SealAuditEntries;
  suggestPassword: SuggestPassword;
  tryPasswordScenarios: TryPasswordScenarios;
  verifyAuditLog: VerifyAuditLog;
}>;

/**
 * The requirement of a command on its store. `existing`: it is there, since a mistyped path must not become a new, empty
 * store; `lasting`: it is not in memory.
 */
export type StoreRequirement = 'any' | 'existing' | 'lasting';

/** A store as in DATABASE_URL, or the file that contains it, as in DATABASE_URL_FILE. */
export type StoreAddress = Readonly<{ url: string } | { urlFile: string }>;

export type LicenseFileCheck = Readonly<{
  /** Path of the license file. */
  file: string;
  /** Path or URL of a JWKS. */
  keys: string;
  fingerprint?: string | undefined;
  product?: string | undefined;
}>;

/** The terminal or the pipes that a command talks to. */
export type Terminal = Readonly<{
  /** Where a bar can be drawn: the error output, if it is a terminal. `undefined` where it is piped. */
  bar: NodeJS.WriteStream | undefined;
  /** The output shows colours. */
  hasColors: boolean;
  /** Asks a question that is answered by yes or no. `undefined` without a terminal. */
  confirm?: ((question: string) => Promise<boolean>) | undefined;
  /**
   * Reads the input, which is one line, without its end. A terminal shows the question and not the answer.
   * @throws {CommandFailed} it is longer than `maxBytes`, has more lines or is no UTF-8; Ctrl-D at a terminal
   */
  readSecret(question: string, maxBytes: number): Promise<Secret>;
  /** Fulfilled at the first Ctrl-C or SIGTERM; the second ends the process. */
  shutdownSignal(): Promise<unknown>;
}>;

/** Another Guildhall server and its key of an administrator: typed, in a file, or that of the settings. */
export type RemoteServer = Readonly<{ url: URL; key?: Secret | undefined; keyFile?: string | undefined }>;

/** Dependencies of the commands. Each part is loaded and opened by the command that needs it. */
export type CliDeps = Readonly<{
  version: string;
  write(text: string): void;
  writeError(text: string): void;
  terminal: Terminal;
  mode(): Promise<'development' | 'production'>;
  /** Opens and migrates the store for `work`, and closes it again. */
  withStore<T>(requirement: StoreRequirement, work: (useCases: CliUseCases) => Promise<T>): Promise<T>;
  /**
   * @param server that users are sent to
   * @returns the use cases without a store or settings of the service
   */
  withoutStore(server?: RemoteServer): Promise<CliUseCases>;
  /** Needs neither a store nor settings. */
  verifyLicenseFile(check: LicenseFileCheck): Promise<SignedLicenseFile>;
  /** Runs until a shutdown signal. @returns the exit code */
  serve(options: { wipeFirst: boolean }): Promise<number>;
  /** @returns the migrations that were applied */
  migrate(): Promise<readonly string[]>;
  /** Copies all of one store into another. */
  copy(stores: { from: StoreAddress; to: StoreAddress }): Promise<readonly Copied[]>;
  /** Copies the store into a new file. */
  backUp(file: string): Promise<void>;
  /** Replaces the store by a backup. @returns where the old store is kept, if there was one */
  restore(options: Readonly<{ from: string; replaces: boolean }>): Promise<string | undefined>;
  /** The OpenAPI document, as `/docs/json` serves it. */
  describeApi(): Promise<object>;
}>;
