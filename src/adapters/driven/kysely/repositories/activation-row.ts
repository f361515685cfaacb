import type { Selectable } from 'kysely';
import { type Activation, MachineName } from '../../../../domain/license/activation.ts';
import { Fingerprint } from '../../../../domain/license/fingerprint.ts';
import { LicenseId } from '../../../../domain/license/license-id.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { Schema } from '../schema.ts';
import { rehydrate } from './rehydrate.ts';

export const toActivation = (row: Selectable<Schema['license_activations']>): Activation =>
  rehydrate(`activation ${row.license_id}`, () => ({
    licenseId: LicenseId.parse(row.license_id),
    fingerprint: Fingerprint.parse(row.fingerprint),
    name: row.name === null ? null : MachineName.parse(row.name),
    activatedAt: Instant.parse(row.activated_at),
  }));
