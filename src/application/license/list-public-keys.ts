import type { PublicKey } from '../../domain/license/signing-key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SigningKeyQueries } from '../../ports/signing-key-queries.ts';

/** The public keys that verify license files. No authentication needed. */
export class ListPublicKeys {
  readonly #deps: { signingKeyQueries: SigningKeyQueries; clock: Clock };

  constructor(deps: { signingKeyQueries: SigningKeyQueries; clock: Clock }) {
    this.#deps = deps;
  }

  execute(): Promise<readonly Readonly<{ kid: string; publicKey: PublicKey }>[]> {
    return this.#deps.signingKeyQueries.listPublished(this.#deps.clock.now());
  }
}
