import type { ExpiryNotice } from '../../../domain/license/expiry-notice.ts';
import type { Fingerprint } from '../../../domain/license/fingerprint.ts';
import { License } from '../../../domain/license/license.ts';
import type { LicenseId } from '../../../domain/license/license-id.ts';
import type { LicenseKey } from '../../../domain/license/license-key.ts';
import type { LicenseSnapshot } from '../../../domain/license/license-snapshot.ts';
import { licenseOrder } from '../../../domain/license/license-sort-order.ts';
import { statusAt } from '../../../domain/license/license-status.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { UserSnapshot } from '../../../domain/user/user.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type {
  FoundLicense,
  LicenseListQuery,
  LicenseQueries,
  MachinePosition,
  MachineView,
  OwnedLicense,
} from '../../../ports/license-queries.ts';
import type { LicenseRepository } from '../../../ports/license-repository.ts';
import { MemoryActivations } from './memory-activations.ts';
import { MemoryRepository } from './memory-repository.ts';

const noticeKey = ({ licenseId, expiresAt, days }: Omit<ExpiryNotice, 'queuedAt'>): string =>
  `${licenseId} ${expiresAt} ${days}`;

export class MemoryLicenses extends MemoryRepository implements LicenseRepository, LicenseQueries {
  async lock(id: LicenseId): Promise<License> {
    return License.fromSnapshot(structuredClone(this.#row(id)));
  }

  async get(id: LicenseId): Promise<LicenseSnapshot> {
    return structuredClone(this.#row(id));
  }

  async save(license: License): Promise<void> {
    const { licenses, licenseIdByKey, users } = this.tables;
    const next = structuredClone(license.toSnapshot());
    const stored = licenses.get(next.id);
    if (!users.has(next.userId)) throw new DomainError('user.not-found', 'There is no such user.');
    if ((stored?.version ?? 0) !== next.version) {
      throw new DomainError('license.stale', 'The license has changed since.');
    }
    const holder = licenseIdByKey.get(next.key);
    if (holder !== undefined && holder !== next.id) {
      throw new DomainError('license.key-taken', 'Another license has this key.');
    }
    licenseIdByKey.set(next.key, next.id);
    const lastValidatedAt = stored === undefined ? next.lastValidatedAt : stored.lastValidatedAt;
    licenses.set(next.id, { ...next, lastValidatedAt, version: next.version + 1 });
  }

  async markOwnerBanned(userId: UserId, isBanned: boolean): Promise<number> {
    const { licenses } = this.tables;
    const others = [...licenses.values()].filter((row) => row.userId === userId && row.ownerBanned !== isBanned);
    for (const row of others) licenses.set(row.id, { ...row, ownerBanned: isBanned, version: row.version + 1 });
    return others.length;
  }

  async touchLastValidated(times: ReadonlyMap<Instant, readonly LicenseId[]>): Promise<void> {
    for (const [at, ids] of times) {
      for (const id of ids) {
        const row = this.tables.licenses.get(id);
        if (row === undefined || (row.lastValidatedAt ?? '') >= at) continue;
        this.tables.licenses.set(id, { ...row, lastValidatedAt: at });
      }
    }
  }

  async addNotice(notice: ExpiryNotice): Promise<boolean> {
    const { licenses, expiryNotices } = this.tables;
    const key = noticeKey(notice);
    if (licenses.get(notice.licenseId)?.expiresAt !== notice.expiresAt || expiryNotices.has(key)) return false;
    expiryNotices.set(key, structuredClone(notice));
    return true;
  }

  async removeNotice(notice: Omit<ExpiryNotice, 'queuedAt'>): Promise<void> {
    this.tables.expiryNotices.delete(noticeKey(notice));
  }

  async listNotices(ids: readonly LicenseId[]): Promise<readonly ExpiryNotice[]> {
    return [...this.tables.expiryNotices.values()].filter(({ licenseId }) => ids.includes(licenseId));
  }

  /** Removes the licenses of a user, and their activations. */
  removeAllOf(userId: UserId): Readonly<{ licenses: number; activations: number }> {
    const { licenses, licenseIdByKey, activations, expiryNotices } = this.tables;
    const removed = [...licenses.values()].filter((row) => row.userId === userId);
    for (const { id, key } of removed) {
      licenses.delete(id);
      licenseIdByKey.delete(key);
      for (const [seat, { licenseId }] of activations) if (licenseId === id) activations.delete(seat);
      for (const [notice, { licenseId }] of expiryNotices) if (licenseId === id) expiryNotices.delete(notice);
    }
    return { licenses: removed.length, activations: removed.reduce((sum, row) => sum + row.activations, 0) };
  }

  async findByKey(key: LicenseKey, fingerprint: Fingerprint | undefined): Promise<FoundLicense | undefined> {
    const id = this.tables.licenseIdByKey.get(key);
    return id === undefined ? undefined : this.findById(id, fingerprint);
  }

  async findById(id: LicenseId, fingerprint: Fingerprint | undefined): Promise<FoundLicense | undefined> {
    const license = this.tables.licenses.get(id);
    if (license === undefined) return undefined;
    const seats = new MemoryActivations(this.tables);
    const isActivated = fingerprint !== undefined && (await seats.find(id, fingerprint)) !== undefined;
    return { license: structuredClone(license), isActivated };
  }

  async list(query: LicenseListQuery): Promise<readonly LicenseSnapshot[]> {
    const { status, product, userId, expiresBefore, at, after, limit } = query;
    const order = licenseOrder(query);
    return [...this.tables.licenses.values()]
      .filter((row) => status === undefined || statusAt(row, at) === status)
      .filter((row) => product === undefined || row.product === product)
      .filter((row) => userId === undefined || row.userId === userId)
      .filter((row) => expiresBefore === undefined || (row.expiresAt !== null && row.expiresAt < expiresBefore))
      .filter((row) => after === undefined || order(after, row) < 0)
      .sort(order)
      .slice(0, limit)
      .map((row) => structuredClone(row));
  }

  async listWithOwners(query: LicenseListQuery): Promise<readonly OwnedLicense[]> {
    return (await this.list(query)).map(({ entitlements, metadata, version, ...license }) => {
      const { email, name } = this.tables.users.get(license.userId) as UserSnapshot;
      return { ...license, owner: { email, name } };
    });
  }

  async listActivations({ licenseId, after, limit }: Parameters<LicenseQueries['listActivations']>[0]) {
    return [...this.tables.activations.values()]
      .filter((row) => row.licenseId === licenseId)
      .filter((row) => after === undefined || row.fingerprint > after)
      .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))
      .slice(0, limit);
  }

  async listMachines(query: Parameters<LicenseQueries['listMachines']>[0]): Promise<readonly MachineView[]> {
    const { fingerprint, after, limit } = query;
    const sortKey = (row: MachinePosition) => `${row.activatedAt} ${row.licenseId} ${row.fingerprint}`;
    return [...this.tables.activations.values()]
      .filter((row) => fingerprint === undefined || row.fingerprint === fingerprint)
      .filter((row) => after === undefined || sortKey(row) < sortKey(after))
      .sort((a, b) => (sortKey(a) < sortKey(b) ? 1 : -1))
      .slice(0, limit)
      .map((row) => {
        const { key, product, userId } = this.#row(row.licenseId);
        return { ...row, license: { key, product, userId } };
      });
  }

  #row(id: LicenseId): LicenseSnapshot {
    const row = this.tables.licenses.get(id);
    if (row === undefined) throw new DomainError('license.not-found', 'There is no such license.');
    return row;
  }
}
