import { PortError } from '../../ports/port-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

type Deps = Pick<Ports, 'signingKeyQueries' | 'licenseFileSigner' | 'unitOfWork' | 'clock'>;

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
