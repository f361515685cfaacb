import { Caller } from '../../domain/access/caller.ts';
import { Fingerprint } from '../../domain/license/fingerprint.ts';
import { type LicenseFileClaims, licenseFileClaims } from '../../domain/license/license-file.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import { promotionAt, type SigningKey } from '../../domain/license/signing-key.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { Instant } from '../../domain/shared/instant.ts';
import { message } from '../../domain/shared/message.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';
import { keyChanges, promoteSigningKey } from './promote-signing-key.ts';

export type CheckOutLicenseCommand = Readonly<{
  caller: Caller;
  licenseId: string;
  fingerprint?: string | undefined;
  /** Lifetime of the file in seconds. */
  ttl?: number | undefined;
  client: Client;
}>;

export type LicenseFile = Readonly<{ file: string; expiresAt: Instant }>;

/** The configured lifetimes of license files, in milliseconds. */
export type LicenseFileRules = Readonly<{ issuer: string; defaultTtlMs: number; maxTtlMs: number }>;

type Deps = Pick<
  Ports,
  'licenseQueries' | 'signingKeyQueries' | 'licenseFileSigner' | 'unitOfWork' | 'idGenerator' | 'clock' | 'securityLog'
> & {
  rules: LicenseFileRules;
};

/** Issues a license file, with which an application runs for a while without asking the server. */
export class CheckOutLicense extends UseCase<Deps> {
  get maxTtlSeconds(): number {
    return Math.floor(this.deps.rules.maxTtlMs / 1000);
  }

  /**
   * @throws {DomainError} license.not-found | license.state | license.not-activated | license.activation-limit | license.invalid
   * @throws {PortError} license-file.unavailable
   */
  async execute({ caller, licenseId, fingerprint, ttl, client }: CheckOutLicenseCommand): Promise<LicenseFile> {
    const { licenseQueries, licenseFileSigner, clock, securityLog, rules } = this.deps;
    caller.requireAuthenticated();
    const id = LicenseId.parse(licenseId);
    const found = await licenseQueries.findById(id, Fingerprint.tryParse(fingerprint ?? ''));
    caller.require('licenses:write', { license: found?.license ?? null });
    if (found === undefined) throw new DomainError('license.not-found', 'There is no such license.');
    caller.requireVisible(found.license);
    const ttlMs = this.#ttlMs(ttl);
    const machine = fingerprint === undefined ? undefined : Fingerprint.parse(fingerprint);
    const at = clock.now();

    const claims = licenseFileClaims(found, { fingerprint: machine, ttlMs }, { issuer: rules.issuer, at });
    const file = await licenseFileSigner.sign(claims, await this.#keyFor(claims, at));
    const { userId } = found.license;
    securityLog.record({ event: 'sensitive_create', userId, client, detail: 'license file' });
    return { file, expiresAt: claims.validUntil };
  }

  #ttlMs(ttl: number | undefined): number {
    if (ttl === undefined) return this.deps.rules.defaultTtlMs;
    const max = this.maxTtlSeconds;
    if (Number.isInteger(ttl) && ttl >= 1 && ttl <= max) return ttl * 1000;
    throw new DomainError('license.invalid', message`${'ttl'} must be a whole number of seconds from 1 to ${max}.`);
  }

  // Normally there is a key. A file with a longer lifetime than all before extends the key's publication.
  async #keyFor({ issuedAt, validUntil }: LicenseFileClaims, at: Instant): Promise<SigningKey> {
    const { signingKeyQueries, licenseFileSigner, unitOfWork } = this.deps;
    const maxTtlMs = Instant.msBetween(issuedAt, validUntil);
    const active = await signingKeyQueries.findActive();
    const isDue = promotionAt(active, at).length > 0;
    if (active.current !== undefined && !isDue && active.current.maxTtlMs >= maxTtlMs) return active.current;

    const state = { createdAt: at, maxTtlMs, isPending: false, publishedUntil: null };
    const first = { ...(await licenseFileSigner.makeKey()), ...state };
    const caller = Caller.system('server');
    return unitOfWork.run(async (stores) => {
      const { signingKeys } = stores;
      const promoted = (await promoteSigningKey(this.deps, stores, caller, at)).current;
      const current = promoted ?? (await signingKeys.add(first));
      if (current.kid === first.kid) {
        await recordAudit(this.deps, stores, {
          caller,
          client: undefined,
          action: 'signing_key.created',
          subject: { kind: 'signing_key', id: current.kid },
          changes: keyChanges(undefined, 'current'),
          at,
        });
      }
      if (current.maxTtlMs >= maxTtlMs) return current;
      // Not audited: it says how long the files live that the key has signed.
      await signingKeys.replace({ ...current, maxTtlMs });
      return { ...current, maxTtlMs };
    });
  }
}
