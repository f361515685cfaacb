import type { Environment } from '../../src/composition/config/config.ts';
import type { Mail } from '../../src/ports/mailer.ts';
import type { AuditDriver, AuditItem } from './audit-driver.ts';
import type { LicenseDriver } from './license-driver.ts';
import type { OverviewDriver } from './overview-driver.ts';
import type { PasswordDriver } from './password-driver.ts';
import type { RandomUsers, RandomUsersDriver } from './random-users-driver.ts';
import type { RegistrationDriver } from './registration-driver.ts';
import type { SecondFactorDriver } from './second-factor-driver.ts';
import type { TokenDriver } from './token-driver.ts';

/** The origin of a request: network, device and credentials. */
export type Origin = Readonly<{
  ip: string;
  device: string;
  session?: string | undefined;
  /** The administrator's key or an API token. */
  adminKey?: string | undefined;
}>;

/** The idempotency key of a request that may be repeated, and the versions that it may change. */
export type RequestOptions = Readonly<{ idempotencyKey?: string; acceptedVersions?: readonly number[] }>;

export type RegistrationData = Readonly<{ email: string; password: string; age: number; name?: string | undefined }>;

/** The public fields of a user. */
export type PublicUser = Readonly<{
  id: string;
  email: string;
  name: string | null;
  age: number | null;
  /** To the second. */
  createdAt: string;
}>;

/** A user record with all fields of the response, so that a feature sees unexpected ones. */
export type UserRecord = PublicUser &
  Readonly<{
    status: string;
    ban: Readonly<{ at: string; reason: string | null }> | null;
    emailConfirmedAt: string | null;
    pendingEmail: string | null;
    hasSecondFactor: boolean;
  }>;

export type UserPage = Readonly<{ users: readonly UserRecord[]; next: string | undefined }>;

/** The data of an account, as it is exported. */
export type AccountExport = Readonly<{
  user: UserRecord;
  /** Those that are logged in. */
  devices: readonly string[];
  /** `undefined`: hidden. */
  licenseKeys: readonly (string | undefined)[];
  machines: readonly string[];
  audit: readonly AuditItem[];
}>;

/** One device that is logged in. Times to the second. */
export type LoggedInDevice = Readonly<{
  id: string;
  device: string;
  ip: string;
  createdAt: string;
  lastSeenAt: string;
  isCurrent: boolean;
}>;

export type Change = Readonly<{
  email?: string;
  name?: string | null | undefined;
  age?: number;
  password?: string;
  currentPassword?: string | undefined;
}>;

/**
 * The actions of the features. Each assembly implements them once.
 *
 * Errors are thrown as the core throws them: a DomainError or a PortError.
 */
export interface AppDriver {
  /** The environment of the server. */
  readonly server: Server;
  readonly licenses: LicenseDriver;
  readonly passwords: PasswordDriver;
  readonly audit: AuditDriver;
  readonly overview: OverviewDriver;
  readonly tokens: TokenDriver;
  readonly secondFactor: SecondFactorDriver;
  readonly registration: RegistrationDriver;
  readonly randomUsers: RandomUsersDriver;

  register(from: Origin, particulars: RegistrationData): Promise<PublicUser>;
  createUser(
    from: Origin & RequestOptions,
    particulars: Readonly<{ email: string } & Partial<RegistrationData>>,
  ): Promise<UserRecord>;
  listUsers(from: Origin, query: Readonly<{ limit: number; next?: string; email?: string }>): Promise<UserPage>;
  readUser(from: Origin, id: string): Promise<UserRecord>;
  versionOfUser(from: Origin, id: string): Promise<number>;
  changeUser(from: Origin & RequestOptions, id: string, change: Change): Promise<UserRecord>;
  deleteUser(from: Origin & RequestOptions, id: string): Promise<void>;
  exportUser(from: Origin, id: string): Promise<AccountExport>;

  banUser(from: Origin, id: string, reason?: string): Promise<UserRecord>;
  unbanUser(from: Origin, id: string): Promise<UserRecord>;

  giveRole(from: Origin, id: string, role: string): Promise<void>;
  removeRole(from: Origin, id: string): Promise<void>;

  /**
   * @param credentials.code of the second factor
   * @returns the session token of the device
   */
  logIn(
    from: Origin,
    credentials: Readonly<{ email: string; password: string; code?: string | undefined }>,
  ): Promise<string>;
  logOut(from: Origin): Promise<void>;
  /** Elevates the session of the device. */
  stepUp(from: Origin, proof: Readonly<{ password: string; code?: string | undefined }>): Promise<void>;
  /** @returns the address of the session's user */
  whoAmI(from: Origin): Promise<string>;
  listSessions(from: Origin): Promise<readonly LoggedInDevice[]>;
  endSession(from: Origin, id: string): Promise<void>;

  /** @returns the token, if the response contains it */
  askForReset(from: Origin, email: string): Promise<string | undefined>;
  resetPassword(from: Origin, reset: Readonly<{ email: string; token: string; newPassword: string }>): Promise<void>;

  /** Restarts the server over the same store with changed settings. */
  restart(change: Environment): Promise<void>;
  close(): Promise<void>;
}

/** Clock, mail server, load and operations of the server. */
export interface Server {
  /** The source of random users. */
  readonly randomPeople: RandomUsers;

  readonly now: string;
  passTime(ms: number): void;

  stopMailServer(): void;
  startMailServer(): void;
  /** Delivers due emails. @returns all emails delivered so far, oldest first */
  sentEmails(): Promise<readonly Mail[]>;

  /** The hasher handles `free` more passwords, and then none until `endOverload`. */
  overload(free: number): void;
  endOverload(): void;

  /** Whether the password hash has the current parameters. */
  hasCurrentHash(email: string): Promise<boolean>;
  /** The stored password hash. */
  passwordHashOf(email: string): Promise<string | null>;

  /** Runs the worker that stores the times of validations. */
  recordValidations(): Promise<void>;

  sendExpiryNotices(): Promise<void>;
  /** Runs the workers that store the counts of the day. */
  recordDailyCounts(): Promise<void>;
  /** Runs the worker that seals the audit log. */
  sealAuditLog(): Promise<void>;
  /** Runs the worker that removes old entries of the audit log. */
  purgeAuditLog(): Promise<void>;
  /** Rotates the signing key. */
  rotateKeys(): Promise<void>;

  /** Deletes all data and creates the sample users. @returns the password of the sample administrator */
  reset(): Promise<string>;
}

/** Assembles the product in one way, over a store of its own. */
export type Assembly = (settings: Environment) => Promise<AppDriver>;
