import type { Secret } from '../domain/shared/secret.ts';

/** Every column of sealed values. A value cannot be sealed for another one, so that none is missed when the key changes. */
export const SEALED_COLUMNS = [{ table: 'second_factors', column: 'seed' }] as const;

export type SealedColumn = (typeof SEALED_COLUMNS)[number];

/** The column and row that a sealed value belongs to. It cannot be opened elsewhere. */
export type SealedPlace = SealedColumn & Readonly<{ rowId: string }>;

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
