import type { PublicKey } from '../../domain/license/signing-key.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

/** The public keys that verify license files. No authentication needed. */
export class ListPublicKeys extends UseCase<Pick<Ports, 'signingKeyQueries' | 'clock'>> {
  execute(): Promise<readonly Readonly<{ kid: string; publicKey: PublicKey }>[]> {
    return this.deps.signingKeyQueries.listPublished(this.deps.clock.now());
  }
}
