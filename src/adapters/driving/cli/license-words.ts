import type { LicenseView } from '../../../application/license/license-view.ts';

const moment = (instant: string): string => `${instant.slice(0, 19)}Z`;
const momentOrNull = (instant: string | null): string | null => (instant === null ? null : moment(instant));

/** For scripts: as `GET /licenses/{id}` says it. */
export const licenseAsJson = (license: LicenseView) => ({
  id: license.id,
  license_key: license.key,
  user_id: license.userId,
  product: license.product,
  status: license.status,
  issued_at: moment(license.issuedAt),
  starts_at: moment(license.startsAt),
  expires_at: momentOrNull(license.expiresAt),
  grace_days: license.graceDays,
  max_activations: license.maxActivations,
  activations: license.activations,
  entitlements: license.entitlements,
  metadata: license.metadata,
  last_validated_at: momentOrNull(license.lastValidatedAt),
});

/** For people, line by line. */
export const licenseAsRows = (license: LicenseView): [string, string][] => [
  ['license key', license.key],
  ['status', license.status.replace('_', ' ')],
  ['product', license.product ?? 'none in particular'],
  ['starts', moment(license.startsAt)],
  ['ends', license.expiresAt === null ? 'never' : moment(license.expiresAt)],
  ...(license.graceDays === 0 ? [] : [['grace', `${license.graceDays} days`] as [string, string]]),
  ['activations', `${license.activations} of ${license.maxActivations ?? 'any number'}`],
  ['entitlements', license.entitlements.length === 0 ? 'none' : license.entitlements.join(', ')],
  ['last validated', license.lastValidatedAt === null ? 'never' : moment(license.lastValidatedAt)],
  ['issued', moment(license.issuedAt)],
  ['user', license.userId],
  ['id', license.id],
];
