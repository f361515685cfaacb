import type { RandomUser } from './random-user-source.ts';

export type RemoteCreateResult = 'created' | 'email-taken' | 'unusable';

/** The users of another server. */
export interface RemoteUsers {
  /**
   * Creates a user without a password.
   * @returns `unusable` where the server rejects the name or the address
   * @throws {PortError} user-intake.refused: this client may not create users
   * @throws {PortError} user-intake.unavailable: no answer; whether the user was created is unknown
   */
  create(person: RandomUser): Promise<RemoteCreateResult>;
}
