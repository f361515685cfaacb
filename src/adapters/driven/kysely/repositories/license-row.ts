import type { Selectable } from 'kysely';
import { Entitlement } from '../../../../domain/license/entitlement.ts';
import { LicenseId } from '../../../../domain/license/license-id.ts';
import { LicenseKey } from '../../../../domain/license/license-key.ts';
import { type LicenseSnapshot, STORED_STATUSES } from '../../../../domain/license/license-snapshot.ts';
import { graceEndsAt } from '../../../../domain/license/license-status.ts';
import { Metadata } from '../../../../domain/license/metadata.ts';
import { Product } from '../../../../domain/license/product.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { oneOf } from '../../../../domain/shared/one-of.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { StoredLicense } from '../../../../ports/license-queries.ts';
import type { Schema } from '../schema.ts';
import { rehydrate } from './rehydrate.ts';

type Row = Selectable<Schema['licenses']>;

export const toLicenseRow = (license: LicenseSnapshot): Schema['licenses'] => ({
  id: license.id,
  license_key: license.key,
  user_id: license.userId,
  product: license.product,
  status: license.status,
  issued_at: license.issuedAt,
  starts_at: license.startsAt,
  expires_at: license.expiresAt,
  grace_days: license.graceDays,
  grace_ends_at: graceEndsAt(license),
  max_activations: license.maxActivations,
  activations: license.activations,
  entitlements: JSON.stringify(license.entitlements),
  metadata: JSON.stringify(license.metadata),
  last_validated_at: license.lastValidatedAt,
  version: license.version + 1,
});

/** For changing it: every field is checked again. */
export const toLicenseSnapshot = (row: Row): LicenseSnapshot =>
  rehydrate(`license ${row.id}`, () => ({
    id: LicenseId.parse(row.id),
    key: LicenseKey.parse(row.license_key),
    userId: UserId.parse(row.user_id),
    product: row.product === null ? null : Product.parse(row.product),
    status: oneOf(STORED_STATUSES, row.status),
    issuedAt: Instant.parse(row.issued_at),
    startsAt: Instant.parse(row.starts_at),
    expiresAt: row.expires_at === null ? null : Instant.parse(row.expires_at),
    graceDays: row.grace_days,
    maxActivations: row.max_activations,
    activations: row.activations,
    entitlements: Entitlement.parseAll(JSON.parse(row.entitlements)),
    metadata: Metadata.parse(JSON.parse(row.metadata)),
    lastValidatedAt: row.last_validated_at === null ? null : Instant.parse(row.last_validated_at),
    version: row.version,
  }));

/**
 * For looking at it, at every question of every application. Each field was checked when it was written and takes part
 * in nothing but comparisons, so it is taken at its word; what must be one of a few words is checked all the same.
 */
export const toStoredLicense = (row: Row): StoredLicense =>
  rehydrate(`license ${row.id}`, () => ({
    id: row.id as LicenseId,
    key: row.license_key as LicenseKey,
    userId: row.user_id as UserId,
    product: row.product as Product | null,
    status: oneOf(STORED_STATUSES, row.status),
    issuedAt: row.issued_at as Instant,
    startsAt: row.starts_at as Instant,
    expiresAt: row.expires_at as Instant | null,
    graceDays: row.grace_days,
    maxActivations: row.max_activations,
    activations: row.activations,
    entitlements: row.entitlements === '[]' ? [] : JSON.parse(row.entitlements),
    metadata: row.metadata === '{}' ? {} : JSON.parse(row.metadata),
    lastValidatedAt: row.last_validated_at as Instant | null,
  }));
