import type { PublicKey } from '../../domain/license/signing-key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SigningKeyQueries } from '../../ports/signing-key-queries.ts';
import { UseCase } from '../use-case.ts';

/** The public keys that verify license files. No authentication needed. */
export class ListPublicKeys extends UseCase<{ signingKeyQueries: SigningKeyQueries; clock: Clock }> {
  execute(): Promise<readonly Readonly<{ kid: string; publicKey: PublicKey }>[]> {
    return this.deps.signingKeyQueries.listPublished(this.deps.clock.now());
  }
}
