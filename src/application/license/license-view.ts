import type { Caller } from '../../domain/access/caller.ts';
import type { License } from '../../domain/license/license.ts';
import type { LicenseSnapshot } from '../../domain/license/license-snapshot.ts';
import { isInForce, type LicenseStatus, statusAt } from '../../domain/license/license-status.ts';
import { hasTooManyActivations } from '../../domain/license/license-validation.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { OwnedLicense } from '../../ports/license-queries.ts';

/**
 * The public fields of a license, with its status at a moment.
 * @property ownerBanned `undefined` for callers without the scope licenses:read
 */
export type LicenseView = Omit<LicenseSnapshot, 'status' | 'ownerBanned'> &
  Readonly<{ status: LicenseStatus; ownerBanned: boolean | undefined }>;

/** The same of a license in a list for staff. */
export type OwnedLicenseView = Omit<OwnedLicense, 'status' | 'ownerBanned'> &
  Pick<LicenseView, 'status' | 'ownerBanned'>;

/** @param caller who reads it; `undefined`: an application */
export const licenseView = <Stored extends OwnedLicense | LicenseSnapshot>(
  license: Stored,
  at: Instant,
  caller?: Caller,
): Omit<Stored, 'status' | 'ownerBanned'> & Pick<LicenseView, 'status' | 'ownerBanned'> => ({
  ...license,
  status: statusAt(license, at),
  ownerBanned: caller?.has('licenses:read') ? license.ownerBanned : undefined,
});

/** A save raises the version in the store, and not that of the saved object. */
export const savedLicenseView = (license: License, at: Instant, caller: Caller): LicenseView =>
  licenseView({ ...license.toSnapshot(), version: license.version + 1 }, at, caller);

/** Whether a machine may take a seat now, as far as there is one. */
export const takesMachines = ({ status, ownerBanned }: Pick<LicenseView, 'status' | 'ownerBanned'>): boolean =>
  isInForce(status) && !ownerBanned;

/** Whether more machines hold a seat than the terms allow now. */
export const isOverLimit = hasTooManyActivations;

/** Whether an offline file may be made now. There is none in the grace period. */
export const givesFiles = (license: LicenseView): boolean =>
  takesMachines(license) && license.status !== 'in_grace' && !isOverLimit(license);
