import type { PublicKey, SigningKey } from '../domain/license/signing-key.ts';
import type { Instant } from '../domain/shared/instant.ts';

/** Keys to be looked at. Every adapter passes test/contracts/signing-key-repository.contract.ts. */
export interface SigningKeyQueries {
  /** The key to sign with; `undefined` where none was made yet. */
  findCurrent(): Promise<SigningKey | undefined>;

  /** Those that are shown at `at`: the current one first, then the older ones, newest first. */
  listPublished(at: Instant): Promise<readonly Readonly<{ kid: string; publicKey: PublicKey }>[]>;
}
