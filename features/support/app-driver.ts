import type { Environment } from '../../src/composition/config/config.ts';
import type { Mail } from '../../src/ports/mailer.ts';
import type { LicenseDriver } from './license-driver.ts';
import type { PasswordDriver } from './password-driver.ts';
import type { RandomPeople, RandomPeopleDriver } from './random-people-driver.ts';

/** Who comes to the door: from where, on what, and showing what. */
export type Visit = Readonly<{
  ip: string;
  device: string;
  session?: string | undefined;
  adminKey?: string | undefined;
}>;

export type Particulars = Readonly<{ email: string; password: string; age: number; name?: string | undefined }>;

/** A record as the house shows it: with whatever it shows, so that a feature can see what should not be there. */
export type UserRecord = Readonly<{
  id: string;
  email: string;
  name: string | null;
  age: number | null;
  /** To the second. */
  createdAt: string;
}>;

export type UserPage = Readonly<{ users: readonly UserRecord[]; next: string | undefined }>;

/** One device that is signed in. Times to the second. */
export type SignedInDevice = Readonly<{
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
 * What a person can do with the product, in the words of the features. Each assembly implements it once.
 *
 * A "no" is thrown as the core throws it: a DomainError, or a PortError where the house could not find out.
 */
export interface AppDriver {
  /** What goes on around the people, whichever door they use. */
  readonly house: House;
  readonly licenses: LicenseDriver;
  readonly passwords: PasswordDriver;
  readonly randomPeople: RandomPeopleDriver;

  register(from: Visit, particulars: Particulars): Promise<UserRecord>;
  admit(from: Visit, particulars: Readonly<{ email: string } & Partial<Particulars>>): Promise<UserRecord>;
  listUsers(from: Visit, wish: Readonly<{ limit: number; next?: string; email?: string }>): Promise<UserPage>;
  readUser(from: Visit, id: string): Promise<UserRecord>;
  changeUser(from: Visit, id: string, change: Change): Promise<UserRecord>;
  deleteUser(from: Visit, id: string): Promise<void>;

  /** @returns what the device shows from now on */
  logIn(from: Visit, credentials: Readonly<{ email: string; password: string }>): Promise<string>;
  logOut(from: Visit): Promise<void>;
  /** @returns the address of whose session it is */
  whoAmI(from: Visit): Promise<string>;
  listSessions(from: Visit): Promise<readonly SignedInDevice[]>;
  endSession(from: Visit, id: string): Promise<void>;

  /** @returns the token, where the house tells it */
  askForReset(from: Visit, email: string): Promise<string | undefined>;
  resetPassword(from: Visit, reset: Readonly<{ email: string; token: string; newPassword: string }>): Promise<void>;

  /** The operator starts the house again over the same store, with these settings changed. */
  restart(change: Environment): Promise<void>;
  close(): Promise<void>;
}

/** Time, the post, and how the house itself is doing. */
export interface House {
  /** Where random people come from. */
  readonly randomPeople: RandomPeople;

  readonly now: string;
  passTime(ms: number): void;

  closePost(): void;
  openPost(): void;
  /** All letters that arrived so far, oldest first; what is due leaves before. */
  letters(): Promise<readonly Mail[]>;

  /** From now on the house can check `free` passwords more, and then none until the crowd has gone. */
  crowd(free: number): void;
  thinOut(): void;

  /** Is this person's password kept as carefully as the house asks today? */
  keepsPasswordAsAsked(email: string): Promise<boolean>;
  /** What is kept of this person's password. */
  passwordHashOf(email: string): Promise<string | null>;

  /** The worker writes down when licenses were last asked about. */
  writeDownValidations(): Promise<void>;
  /** The operator has license files signed with a new key from now on. */
  rotateKeys(): Promise<void>;

  /** The operator throws everything away and lets the sample users in. */
  beginAnew(): Promise<void>;
}

/** Puts the product together in one way, over a store of its own. */
export type Assembly = (settings: Environment) => Promise<AppDriver>;
