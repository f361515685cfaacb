import type { PublicKey } from '../../domain/license/signing-key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SigningKeyDirectory } from '../../ports/signing-key-directory.ts';

/** The keys that license files are checked with, for everybody. */
export class ListPublicKeys {
  readonly #deps: { signingKeyDirectory: SigningKeyDirectory; clock: Clock };

  constructor(deps: { signingKeyDirectory: SigningKeyDirectory; clock: Clock }) {
    this.#deps = deps;
  }

  execute(): Promise<readonly Readonly<{ kid: string; publicKey: PublicKey }>[]> {
    return this.#deps.signingKeyDirectory.listShown(this.#deps.clock.now());
  }
}
