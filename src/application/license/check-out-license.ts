import type { Caller } from '../../domain/access/caller.ts';
import { Fingerprint } from '../../domain/license/fingerprint.ts';
import { type LicenseFileClaims, licenseFileClaims } from '../../domain/license/license-file.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import type { SigningKey } from '../../domain/license/signing-key.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LicenseFileSigner } from '../../ports/license-file-signer.ts';
import type { LicenseQueries } from '../../ports/license-queries.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { SigningKeyQueries } from '../../ports/signing-key-queries.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';

export type CheckOutLicenseCommand = Readonly<{
  caller: Caller;
  licenseId: string;
  fingerprint?: string | undefined;
  /** Seconds that the file shall live. */
  ttl?: number | undefined;
  client: Client;
}>;

export type LicenseFile = Readonly<{ file: string; expiresAt: Instant }>;

/** How files are made. Unit: ms. */
export type LicenseFileRules = Readonly<{ issuer: string; defaultTtlMs: number; maxTtlMs: number }>;

type Deps = {
  licenseQueries: LicenseQueries;
  signingKeyQueries: SigningKeyQueries;
  licenseFileSigner: LicenseFileSigner;
  unitOfWork: UnitOfWork;
  clock: Clock;
  securityLog: SecurityLog;
  rules: LicenseFileRules;
};

/** Gives out a license file, with which an application goes on without us for a while. */
export class CheckOutLicense {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * @throws {DomainError} license.not-found | license.state | license.not-activated | license.activation-limit | license.invalid
   * @throws {PortError} license-file.unavailable
   */
  async execute({ caller, licenseId, fingerprint, ttl, client }: CheckOutLicenseCommand): Promise<LicenseFile> {
    const { licenseQueries, licenseFileSigner, clock, securityLog, rules } = this.#deps;
    caller.requireAuthenticated();
    const known = await licenseQueries.get(LicenseId.parse(licenseId));
    caller.requireLicenseAccess(known);
    const ttlMs = lifeOf(ttl, rules);
    const machine = fingerprint === undefined ? undefined : Fingerprint.parse(fingerprint);
    const at = clock.now();
    const found = await licenseQueries.findByKey(known.key, machine);
    if (found === undefined) throw new DomainError('license.not-found', 'There is no such license.');

    const claims = licenseFileClaims(found, { fingerprint: machine, ttlMs }, { issuer: rules.issuer, at });
    const file = await licenseFileSigner.sign(claims, await this.#keyFor(claims, at));
    const { ip, requestId } = client;
    securityLog.record({ event: 'sensitive_create', userId: known.userId, ip, requestId, detail: 'license file' });
    return { file, expiresAt: Instant.fromEpochMs(claims.exp * 1000) };
  }

  // The first file ever makes the key. A file that lives longer than all before makes the key be shown longer.
  async #keyFor({ iat, exp }: LicenseFileClaims, at: Instant): Promise<SigningKey> {
    const { signingKeyQueries, licenseFileSigner, unitOfWork } = this.#deps;
    const maxTtlMs = (exp - iat) * 1000;
    const known = await signingKeyQueries.findCurrent();
    if (known !== undefined && known.maxTtlMs >= maxTtlMs) return known;

    const fresh = { ...(await licenseFileSigner.makeKey()), createdAt: at, maxTtlMs, publishedUntil: null };
    return unitOfWork.run(async ({ signingKeys }) => {
      const current = (await signingKeys.current()) ?? (await signingKeys.addCurrent(fresh));
      if (current.maxTtlMs >= maxTtlMs) return current;
      await signingKeys.replace({ ...current, maxTtlMs });
      return { ...current, maxTtlMs };
    });
  }
}

const lifeOf = (ttl: number | undefined, { defaultTtlMs, maxTtlMs }: LicenseFileRules): number => {
  if (ttl === undefined) return defaultTtlMs;
  const longest = Math.floor(maxTtlMs / 1000);
  if (Number.isInteger(ttl) && ttl >= 1 && ttl <= longest) return ttl * 1000;
  throw new DomainError('license.invalid', `ttl must be a whole number of seconds from 1 to ${longest}.`);
};
