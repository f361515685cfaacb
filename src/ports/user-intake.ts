import type { RandomPerson } from './random-user-source.ts';

export type Reception = 'taken-in' | 'email-taken' | 'unusable';

/**
 * Another house that takes people in.
 *
 * Every adapter passes test/contracts/user-intake.contract.ts.
 */
export interface UserIntake {
  /**
   * Hands somebody over, without a password.
   * @returns `unusable` where its rules take no such name or address
   * @throws {PortError} user-intake.refused: it takes nobody from us
   * @throws {PortError} user-intake.unavailable: it does not answer; whether it took them in is not known
   */
  handOver(person: RandomPerson): Promise<Reception>;
}
