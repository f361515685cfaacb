import type { PublicKey } from '../../domain/license/signing-key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SigningKeyQueries } from '../../ports/signing-key-queries.ts';

/** The keys that license files are checked with, for everybody. */
export class ListPublicKeys {
  readonly #deps: { signingKeyDirectory: SigningKeyQueries; clock: Clock };

  constructor(deps: { signingKeyDirectory: SigningKeyQueries; clock: Clock }) {
    this.#deps = deps;
  }

  execute(): Promise<readonly Readonly<{ kid: string; publicKey: PublicKey }>[]> {
    return this.#deps.signingKeyDirectory.listShown(this.#deps.clock.now());
  }
}
