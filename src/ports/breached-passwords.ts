import type { Secret } from '../domain/shared/secret.ts';

/** Passwords known from breaches of other services. Every adapter passes test/contracts/breached-passwords.contract.ts. */
export interface BreachedPasswords {
  /**
   * @returns true where the password is known. Without an answer it is false, or an error, as configured
   * @throws {PortError} upstream.unavailable
   */
  has(password: Secret): Promise<boolean>;
}
