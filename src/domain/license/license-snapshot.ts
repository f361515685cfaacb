import type { Instant } from '../shared/instant.ts';
import type { UserId } from '../user/user-id.ts';
import type { Entitlement } from './entitlement.ts';
import type { LicenseId } from './license-id.ts';
import type { LicenseKey } from './license-key.ts';
import type { Metadata } from './metadata.ts';
import type { Product } from './product.ts';

/** The status as an administrator set it. `revoked` is final. */
export const STORED_STATUSES = ['active', 'suspended', 'revoked'] as const;
export type StoredStatus = (typeof STORED_STATUSES)[number];

/** The stored state of a license. All instants are whole seconds. */
export type LicenseSnapshot = Readonly<{
  id: LicenseId;
  key: LicenseKey;
  userId: UserId;
  /** `null`: for no particular product. A validation that names one answers PRODUCT_MISMATCH. */
  product: Product | null;
  status: StoredStatus;
  issuedAt: Instant;
  startsAt: Instant;
  /** `null`: no end. */
  expiresAt: Instant | null;
  /** Days of the grace period after the end, 0 to 365. */
  graceDays: number;
  /** Maximum number of activated machines; `null`: no limit. */
  maxActivations: number | null;
  /** Number of activated machines. The seats themselves are stored as `Activation`s. */
  activations: number;
  entitlements: readonly Entitlement[];
  metadata: Metadata;
  /** Time of the last validation. Updated in batches, so it may be some seconds behind. */
  lastValidatedAt: Instant | null;
  /** Whether the owner is banned. */
  ownerBanned: boolean;
  /** Number of saves; 0 before the first. */
  version: number;
}>;
