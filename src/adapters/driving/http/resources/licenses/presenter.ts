import type { LicenseFile } from '../../../../../application/license/check-out-license.ts';
import type { LicenseView } from '../../../../../application/license/license-view.ts';
import type { ValidationAnswer } from '../../../../../application/license/validate-license.ts';
import type { Activation } from '../../../../../domain/license/activation.ts';
import type { PublicKey } from '../../../../../domain/license/signing-key.ts';
import { Instant } from '../../../../../domain/shared/instant.ts';

export const presentLicense = (license: LicenseView) => ({
  id: license.id,
  license_key: license.key,
  user_id: license.userId,
  product: license.product,
  status: license.status,
  issued_at: Instant.format(license.issuedAt),
  starts_at: Instant.format(license.startsAt),
  expires_at: Instant.formatOrNull(license.expiresAt),
  grace_days: license.graceDays,
  max_activations: license.maxActivations,
  activations: license.activations,
  entitlements: license.entitlements,
  metadata: license.metadata,
  last_validated_at: Instant.formatOrNull(license.lastValidatedAt),
  ...(license.ownerBanned === undefined ? {} : { owner_banned: license.ownerBanned }),
});

/** @param nonce of the request, so that the application can detect a replayed response */
export const presentValidation = ({ valid, code, detail, at, license }: ValidationAnswer, nonce: string | null) => ({
  valid,
  code,
  detail,
  ts: Instant.format(at),
  nonce,
  license: license === null ? null : presentLicense(license),
});

export const presentActivation = ({ fingerprint, name, activatedAt }: Activation) => ({
  fingerprint,
  name,
  activated_at: Instant.format(activatedAt),
});

/** RFC 8037. */
export const presentPublicKey = ({
  kid,
  publicKey: { kty, crv, x },
}: Readonly<{ kid: string; publicKey: PublicKey }>) => ({
  kid,
  kty,
  crv,
  x,
  alg: 'EdDSA' as const,
  use: 'sig' as const,
});

export const presentLicenseFile = ({ file, expiresAt }: LicenseFile) => ({
  license_file: file,
  expires_at: Instant.format(expiresAt),
});
