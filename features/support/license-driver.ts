import type { LicenseView } from '../../src/application/license/license-view.ts';
import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import { LicenseKey } from '../../src/domain/license/license-key.ts';
import type { LicenseStatus } from '../../src/domain/license/license-status.ts';
import type { LicenseChangeInput, LicenseTermsInput } from '../../src/domain/license/license-terms.ts';
import type { ValidationCode } from '../../src/domain/license/license-validation.ts';
import type { RenewalInput } from '../../src/domain/license/renewal.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { Origin, RequestOptions } from './app-driver.ts';
import { repeatable } from './repeatable.ts';

/** The origin of a request, or an application with a license key. */
export type LicenseOrigin = Origin & Readonly<{ licenseKey?: string | undefined }>;

/** A license as clients read it. Times to the second. */
export type LicenseRecord = Readonly<{
  id: string;
  key: string;
  userId: string;
  product: string | null;
  status: string;
  expiresAt: string | null;
  activations: number;
  lastValidatedAt: string | null;
}>;

export type Question = Readonly<{
  licenseKey: string;
  fingerprint?: string;
  product?: string;
  entitlements?: string[];
}>;
export type ListQuery = Readonly<{ status?: LicenseStatus; product?: string; endsBefore?: string }>;
export type Move = 'suspend' | 'reinstate' | 'revoke';

/** The actions on licenses. */
export interface LicenseDriver {
  issue(
    from: Origin & RequestOptions,
    userId: string,
    terms: LicenseTermsInput,
    notify?: boolean,
  ): Promise<LicenseRecord>;
  read(from: Origin, id: string): Promise<LicenseRecord>;
  versionOf(from: Origin, id: string): Promise<number>;
  lookUp(from: Origin, key: string): Promise<LicenseRecord>;
  listAll(from: Origin, query: ListQuery): Promise<readonly LicenseRecord[]>;
  listOf(from: Origin, userId: string): Promise<readonly LicenseRecord[]>;
  updateTerms(from: Origin & RequestOptions, id: string, change: LicenseChangeInput): Promise<LicenseRecord>;
  move(from: Origin & RequestOptions, id: string, move: Move): Promise<LicenseRecord>;
  renew(from: Origin & RequestOptions, id: string, renewal: RenewalInput): Promise<LicenseRecord>;

  /** Sends the key to the owner. */
  mail(from: Origin, id: string): Promise<void>;

  /** @returns whether the machine was new */
  activate(from: LicenseOrigin, id: string, machine: string): Promise<boolean>;
  deactivate(from: LicenseOrigin, id: string, machine: string): Promise<void>;
  machines(from: LicenseOrigin, id: string): Promise<readonly string[]>;

  validate(from: Origin, question: Question): Promise<Readonly<{ valid: boolean; code: ValidationCode }>>;
  /** @returns the license file */
  checkOut(from: LicenseOrigin, id: string, query: Readonly<{ fingerprint?: string; ttl?: number }>): Promise<string>;
  /** A JWKS. */
  publicKeys(): Promise<unknown>;
}

type Changing = Omit<Parameters<UseCases['changeLicense']['suspend']>[0], 'licenseId'>;

const PAGE = 100;

export const licensesInCore = (
  core: () => UseCases,
  authenticate: (from: Origin) => Promise<{ caller: Caller }>,
): LicenseDriver => {
  const by = async ({ licenseKey, ...from }: LicenseOrigin) => {
    const client = { ip: from.ip, userAgent: from.device, requestId: 'feature' };
    if (licenseKey !== undefined) return { caller: Caller.withLicenseKey(LicenseKey.parse(licenseKey)), client };
    return { caller: (await authenticate(from)).caller, client };
  };

  /** A change of a license, for the versions that the caller accepts and once for each idempotency key. */
  const change = async (
    from: LicenseOrigin & RequestOptions,
    request: readonly [operation: string, id: string, input: unknown],
    execute: (command: Changing) => Promise<LicenseView>,
  ) => {
    const { acceptedVersions } = from;
    const command = { ...(await by(from)), acceptedVersions };
    return recordOf(
      await repeatable<LicenseView>(from, command.caller, request, (idempotency) =>
        execute({ ...command, idempotency }),
      ),
    );
  };

  return {
    issue: (from, userId, terms, notify) =>
      change(from, ['issue', userId, terms], (command) =>
        core().issueLicense.execute({ ...command, userId, terms, notify }),
      ),
    read: async (from, licenseId) => recordOf(await core().readLicense.execute({ ...(await by(from)), licenseId })),
    versionOf: async (from, licenseId) =>
      (await core().readLicense.execute({ ...(await by(from)), licenseId })).version,
    lookUp: async (from, licenseKey) => recordOf(await core().readLicense.byKey({ ...(await by(from)), licenseKey })),
    async listAll(from, { status, product, endsBefore: expiresBefore }) {
      const query = { ...(await by(from)), limit: PAGE, status, product, expiresBefore };
      return (await core().listLicenses.ofAll(query)).items.map(recordOf);
    },
    async listOf(from, userId) {
      return (await core().listLicenses.ofUser({ ...(await by(from)), limit: PAGE, userId })).items.map(recordOf);
    },
    updateTerms: (from, licenseId, terms) =>
      change(from, ['update', licenseId, terms], (command) =>
        core().changeLicense.updateTerms({ ...command, licenseId, change: terms }),
      ),
    move: (from, licenseId, move) =>
      change(from, [move, licenseId, null], (command) => core().changeLicense[move]({ ...command, licenseId })),
    renew: (from, licenseId, renewal) =>
      change(from, ['renew', licenseId, renewal], (command) =>
        core().changeLicense.renew({ ...command, licenseId, renewal }),
      ),
    async mail(from, licenseId) {
      await core().mailLicenseKey.execute({ ...(await by(from)), licenseId });
    },
    async activate(from, licenseId, fingerprint) {
      return (await core().activateLicense.execute({ ...(await by(from)), licenseId, fingerprint })).isNew;
    },
    async deactivate(from, licenseId, fingerprint) {
      await core().deactivateLicense.execute({ ...(await by(from)), licenseId, fingerprint });
    },
    async machines(from, licenseId) {
      const page = await core().listActivations.execute({ ...(await by(from)), licenseId, limit: PAGE });
      return page.items.map(({ fingerprint }) => fingerprint);
    },
    async validate(from, question) {
      const { valid, code } = await core().validateLicense.execute({ ...(await by(from)), ...question });
      return { valid, code };
    },
    async checkOut(from, licenseId, query) {
      return (await core().checkOutLicense.execute({ ...(await by(from)), licenseId, ...query })).file;
    },
    async publicKeys() {
      const keys = await core().listPublicKeys.execute();
      return { keys: keys.map(({ kid, publicKey }) => ({ kid, ...publicKey })) };
    },
  };
};

const recordOf = ({ id, key, userId, product, status, expiresAt, activations, lastValidatedAt }: LicenseView) => ({
  id,
  key,
  userId,
  product,
  status,
  expiresAt: expiresAt && Instant.format(expiresAt),
  activations,
  lastValidatedAt: lastValidatedAt && Instant.format(lastValidatedAt),
});
