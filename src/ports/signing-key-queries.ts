import type { ActiveKeys, PublicKey } from '../domain/license/signing-key.ts';
import type { Instant } from '../domain/shared/instant.ts';

/** Reads signing keys outside a unit of work. */
export interface SigningKeyQueries {
  findActive(): Promise<ActiveKeys>;

  /** The keys published at `at`: the current one first, then a pending one, then the older ones, newest first. */
  listPublished(at: Instant): Promise<readonly Readonly<{ kid: string; publicKey: PublicKey }>[]>;
}
