import type { Instant } from '../shared/instant.ts';
import type { UserId } from '../user/user-id.ts';
import type { Entitlement } from './entitlement.ts';
import type { LicenseId } from './license-id.ts';
import type { LicenseKey } from './license-key.ts';
import type { Metadata } from './metadata.ts';
import type { Product } from './product.ts';

/** What an administrator decided. `revoked` is for ever. */
export const STORED_STATUSES = ['active', 'suspended', 'revoked'] as const;
export type StoredStatus = (typeof STORED_STATUSES)[number];

/** Everything that must survive a restart. The only shape the store ever sees. All moments are whole seconds. */
export type LicenseSnapshot = Readonly<{
  id: LicenseId;
  key: LicenseKey;
  userId: UserId;
  /** `null`: for no product in particular. */
  product: Product | null;
  status: StoredStatus;
  issuedAt: Instant;
  startsAt: Instant;
  /** `null`: it does not end. */
  expiresAt: Instant | null;
  /** Days that it goes on after its end, 0 to 365. */
  graceDays: number;
  /** Most machines at a time; `null`: they are not counted against anything. */
  maxActivations: number | null;
  /** How many machines have a seat now. The seats themselves are `Activation`s, kept beside it. */
  activations: number;
  entitlements: readonly Entitlement[];
  metadata: Metadata;
  /** When somebody last asked whether it is valid. Written down now and then, not at each question. */
  lastValidatedAt: Instant | null;
  /** How often it was saved; 0 before the first time. */
  version: number;
}>;
