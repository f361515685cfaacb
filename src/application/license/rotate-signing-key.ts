import type { Caller } from '../../domain/access/caller.ts';
import { retire, signsFrom } from '../../domain/license/signing-key.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';
import { keyChanges, promoteSigningKey } from './promote-signing-key.ts';

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
  Pick<Ports, 'unitOfWork' | 'idGenerator' | 'licenseFileSigner' | 'clock' | 'securityLog'>
> {
  /**
   * @throws {DomainError} access.forbidden
   * @throws {PortError} license-file.unavailable
   */
  async execute({ caller, client }: Readonly<{ caller: Caller; client: Client }>): Promise<Rotation> {
    caller.requireSystem();
    const { unitOfWork, licenseFileSigner, clock, securityLog } = this.deps;
    const at = clock.now();
    const fresh = { ...(await licenseFileSigner.makeKey()), createdAt: at, maxTtlMs: 0, publishedUntil: null };
    const rotation = await unitOfWork.run(async (stores) => {
      const { current } = await promoteSigningKey(this.deps, stores, caller, at);
      const added = await stores.signingKeys.add({ ...fresh, isPending: current !== undefined });
      if (added.kid === fresh.kid) {
        await recordAudit(this.deps, stores, {
          caller,
          client,
          action: 'signing_key.rotated',
          subject: { kind: 'signing_key', id: added.kid },
          changes: keyChanges(undefined, added.isPending ? 'pending' : 'current', current),
          at,
        });
      }
      if (current === undefined) return { kid: added.kid, signsFrom: at, retired: undefined };
      const publishedUntil = retire(current, signsFrom(added)).publishedUntil as Instant;
      return { kid: added.kid, signsFrom: signsFrom(added), retired: { kid: current.kid, publishedUntil } };
    });
    securityLog.record({ event: 'sensitive_update', client, detail: 'signing key rotated' });
    return rotation;
  }
}
