import type { Caller } from '../../domain/access/caller.ts';
import { retire } from '../../domain/license/signing-key.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LicenseFileSigner } from '../../ports/license-file-signer.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';

export type Rotation = Readonly<{
  kid: string;
  /** The key before and the end of its publication; `undefined`: there was none. */
  retired: Readonly<{ kid: string; publishedUntil: Instant }> | undefined;
}>;

/** Makes a new signing key current. The old public half stays published, so that files signed with it stay valid. */
export class RotateSigningKey {
  readonly #deps: {
    unitOfWork: UnitOfWork;
    licenseFileSigner: LicenseFileSigner;
    clock: Clock;
    securityLog: SecurityLog;
  };

  constructor(deps: {
    unitOfWork: UnitOfWork;
    licenseFileSigner: LicenseFileSigner;
    clock: Clock;
    securityLog: SecurityLog;
  }) {
    this.#deps = deps;
  }

  /** @throws {PortError} license-file.unavailable */
  async execute({ caller }: Readonly<{ caller: Caller }>): Promise<Rotation> {
    caller.requireAdministrator();
    const { unitOfWork, licenseFileSigner, clock, securityLog } = this.#deps;
    const at = clock.now();
    const fresh = { ...(await licenseFileSigner.makeKey()), createdAt: at, maxTtlMs: 0, publishedUntil: null };
    const rotation = await unitOfWork.run(async ({ signingKeys }) => {
      const current = await signingKeys.current();
      const old = current === undefined ? undefined : retire(current, at);
      if (old !== undefined) await signingKeys.replace(old);
      const { kid } = await signingKeys.addCurrent(fresh);
      return {
        kid,
        retired: old === undefined ? undefined : { kid: old.kid, publishedUntil: old.publishedUntil as Instant },
      };
    });
    securityLog.record({ event: 'sensitive_update', detail: 'signing key rotated' });
    return rotation;
  }
}
