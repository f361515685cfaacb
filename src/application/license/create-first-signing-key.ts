import type { Clock } from '../../ports/clock.ts';
import type { LicenseFileSigner } from '../../ports/license-file-signer.ts';
import { PortError } from '../../ports/port-error.ts';
import type { SigningKeyQueries } from '../../ports/signing-key-queries.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import { UseCase } from '../use-case.ts';

type Deps = {
  signingKeyQueries: SigningKeyQueries;
  licenseFileSigner: LicenseFileSigner;
  unitOfWork: UnitOfWork;
  clock: Clock;
};

/** Publishes the first signing key before the first license file, so that no application caches a JWKS without it. */
export class CreateFirstSigningKey extends UseCase<Deps> {
  /** Does nothing where there is a key, or no secret to encrypt one with. */
  async execute(): Promise<void> {
    const { signingKeyQueries, licenseFileSigner, unitOfWork, clock } = this.deps;
    const { current } = await signingKeyQueries.findActive();
    if (current !== undefined) return;
    try {
      const key = await licenseFileSigner.makeKey();
      const state = { createdAt: clock.now(), maxTtlMs: 0, isPending: false, publishedUntil: null };
      await unitOfWork.run(({ signingKeys }) => signingKeys.add({ ...key, ...state }));
    } catch (error) {
      if (!(error instanceof PortError && error.code === 'license-file.unavailable')) throw error;
    }
  }
}
