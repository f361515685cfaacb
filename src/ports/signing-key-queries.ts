import type { PublicKey, SigningKey } from '../domain/license/signing-key.ts';
import type { Instant } from '../domain/shared/instant.ts';

/** Reads signing keys outside a unit of work. Every adapter passes test/contracts/signing-key-repository.contract.ts. */
export interface SigningKeyQueries {
  /** The key to sign with; `undefined` before the first. */
  findCurrent(): Promise<SigningKey | undefined>;

  /** The keys published at `at`: the current one first, then the older ones, newest first. */
  listPublished(at: Instant): Promise<readonly Readonly<{ kid: string; publicKey: PublicKey }>[]>;
}
