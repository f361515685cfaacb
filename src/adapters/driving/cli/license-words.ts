import type { LicenseView } from '../../../application/license/license-view.ts';
import { Instant } from '../../../domain/shared/instant.ts';

const formatOrNull = (instant: Instant | null): string | null => instant && Instant.format(instant);

/** For scripts: as `GET /licenses/{id}` says it. */
export const licenseAsJson = (license: LicenseView) => ({
  id: license.id,
  license_key: license.key,
  user_id: license.userId,
  product: license.product,
  status: license.status,
  issued_at: Instant.format(license.issuedAt),
  starts_at: Instant.format(license.startsAt),
  expires_at: formatOrNull(license.expiresAt),
  grace_days: license.graceDays,
  max_activations: license.maxActivations,
  activations: license.activations,
  entitlements: license.entitlements,
  metadata: license.metadata,
  last_validated_at: formatOrNull(license.lastValidatedAt),
});

/** For people, line by line. */
export const licenseAsRows = (license: LicenseView): [string, string][] => [
  ['license key', license.key],
  ['status', license.status.replace('_', ' ')],
  ['product', license.product ?? 'none in particular'],
  ['starts', Instant.format(license.startsAt)],
  ['ends', license.expiresAt === null ? 'never' : Instant.format(license.expiresAt)],
  ...(license.graceDays === 0 ? [] : [['grace', `${license.graceDays} days`] as [string, string]]),
  ['activations', `${license.activations} of ${license.maxActivations ?? 'any number'}`],
  ['entitlements', license.entitlements.length === 0 ? 'none' : license.entitlements.join(', ')],
  ['last validated', license.lastValidatedAt === null ? 'never' : Instant.format(license.lastValidatedAt)],
  ['issued', Instant.format(license.issuedAt)],
  ['user', license.userId],
  ['id', license.id],
];
