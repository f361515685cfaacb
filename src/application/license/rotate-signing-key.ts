import type { Caller } from '../../domain/access/caller.ts';
import { retire, signsFrom } from '../../domain/license/signing-key.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';
import { promoteSigningKey } from './promote-signing-key.ts';

export type Rotation = Readonly<{
  kid: string;
  /** When the key begins to sign. */
  signsFrom: Instant;
  /** The key that signs until then, and the end of its publication; `undefined`: none. */
  retired: Readonly<{ kid: string; publishedUntil: Instant }> | undefined;
}>;

/**
 * Publishes a new signing key, which replaces the current one a few minutes later: until then applications may have a
 * cached JWKS without it. A key that is already pending stays. The old public half stays published for its files.
 */
export class RotateSigningKey extends UseCase<
  Pick<Ports, 'unitOfWork' | 'licenseFileSigner' | 'clock' | 'securityLog'>
> {
  /**
   * @throws {DomainError} access.forbidden
   * @throws {PortError} license-file.unavailable
   */
  async execute({ caller }: Readonly<{ caller: Caller }>): Promise<Rotation> {
    caller.requireSystem();
    const { unitOfWork, licenseFileSigner, clock, securityLog } = this.deps;
    const at = clock.now();
    const fresh = { ...(await licenseFileSigner.makeKey()), createdAt: at, maxTtlMs: 0, publishedUntil: null };
    const rotation = await unitOfWork.run(async ({ signingKeys }) => {
      const { current } = await promoteSigningKey(signingKeys, at);
      const added = await signingKeys.add({ ...fresh, isPending: current !== undefined });
      if (current === undefined) return { kid: added.kid, signsFrom: at, retired: undefined };
      const publishedUntil = retire(current, signsFrom(added)).publishedUntil as Instant;
      return { kid: added.kid, signsFrom: signsFrom(added), retired: { kid: current.kid, publishedUntil } };
    });
    securityLog.record({ event: 'sensitive_update', detail: 'signing key rotated' });
    return rotation;
  }
}
