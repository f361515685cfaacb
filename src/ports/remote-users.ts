import type { RandomUser } from './random-user-source.ts';

export type RemoteCreateResult = 'taken-in' | 'email-taken' | 'unusable';

/**
 * Another house that takes people in.
 *
 * Every adapter passes test/contracts/remote-users.contract.ts.
 */
export interface RemoteUsers {
  /**
   * Hands somebody over, without a password.
   * @returns `unusable` where its rules take no such name or address
   * @throws {PortError} user-intake.refused: it takes nobody from us
   * @throws {PortError} user-intake.unavailable: it does not answer; whether it took them in is not known
   */
  create(person: RandomUser): Promise<RemoteCreateResult>;
}
