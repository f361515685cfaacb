import type { Secret } from '../domain/shared/secret.ts';

/** The column and row that a sealed value belongs to. It cannot be opened elsewhere. */
export type SealedPlace = Readonly<{ table: string; column: string; rowId: string }>;

/**
 * Encrypts secrets of the store that must be read again. A sealed value begins with the id of its key.
 * Every adapter passes test/contracts/sealer.contract.ts.
 */
export interface Sealer {
  /**
   * `current`: id of the key that seals; `undefined`: none is configured. `known`: ids of all keys that open values.
   * @throws {PortError} sealing.unavailable: the configured key cannot be read
   */
  keyIds(): Readonly<{ current: string | undefined; known: readonly string[] }>;

  /** @throws {PortError} sealing.unavailable: no key is configured */
  seal(plain: Secret, place: SealedPlace): string;

  /** @throws {PortError} sealing.unavailable: no key that is configured opens the value in this place */
  open(sealed: string, place: SealedPlace): Secret;
}
