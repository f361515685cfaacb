import type { Activation } from '../../../domain/license/activation.ts';
import type { Fingerprint } from '../../../domain/license/fingerprint.ts';
import type { LicenseId } from '../../../domain/license/license-id.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import type { ActivationRepository, Seat } from '../../../ports/activation-repository.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryActivations extends MemoryRepository implements ActivationRepository {
  async find(licenseId: LicenseId, fingerprint: Fingerprint): Promise<Activation | undefined> {
    const found = this.tables.activations.get(seatKey(licenseId, fingerprint));
    if (found === undefined) return undefined;
    const { lastSeenAt: _, ...activation } = found;
    return activation;
  }

  async put(activation: Activation): Promise<void> {
    const { licenseId, fingerprint } = activation;
    if (!this.tables.licenses.has(licenseId)) throw new BrokenInvariant('An activation of an unknown license');
    const seat = seatKey(licenseId, fingerprint);
    const lastSeenAt = this.tables.activations.get(seat)?.lastSeenAt ?? null;
    this.tables.activations.set(seat, { ...activation, lastSeenAt });
  }

  async touchLastSeen(times: ReadonlyMap<Instant, readonly Seat[]>): Promise<void> {
    for (const [at, seats] of times) {
      for (const { licenseId, fingerprint } of seats) {
        const seat = seatKey(licenseId, fingerprint);
        const row = this.tables.activations.get(seat);
        if (row === undefined || (row.lastSeenAt ?? '') >= at) continue;
        this.tables.activations.set(seat, { ...row, lastSeenAt: at });
      }
    }
  }

  async remove(licenseId: LicenseId, fingerprint: Fingerprint): Promise<void> {
    this.tables.activations.delete(seatKey(licenseId, fingerprint));
  }
}

/** Neither part contains a space. */
const seatKey = (licenseId: LicenseId, fingerprint: Fingerprint): string => `${licenseId} ${fingerprint}`;
