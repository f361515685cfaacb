import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../src/adapters/driven/system/sha256-token-hasher.ts';
import { SealAuditEntries } from '../../src/application/audit/seal-audit-entries.ts';
import { CHAIN_START } from '../../src/domain/audit/audit-chain.ts';
import type { AuditEntry } from '../../src/domain/audit/audit-entry.ts';
import { anAuditEntry } from '../builders/audit-entry-builder.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { FixedClock } from '../doubles/fixed-clock.ts';
import type { OpenStores } from './open-stores.ts';

/** What every AuditLog promises. */
export const auditLogContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`AuditLog contract: ${adapter}`, () => {
    const append = ({ unitOfWork }: OpenStores, ...entries: AuditEntry[]): Promise<void> =>
      unitOfWork.run(async ({ audit }) => {
        for (const entry of entries) await audit.append(entry);
      });
    const unsealed = ({ unitOfWork }: OpenStores, limit = 10) =>
      unitOfWork.run(({ audit }) => audit.listUnsealed({ limit }));

    it('keeps an entry to the byte, with the client beside it', async () => {
      await using stores = await open();
      const full = anAuditEntry({
        id: anId(1),
        changes: [
          { field: 'name', changed: true },
          { field: 'entitlements', before: ['Ž', '\0"'], after: [] },
        ],
      });
      const slight = anAuditEntry({
        id: anId(2),
        actor: { kind: 'system', name: 'worker' },
        action: 'audit.purged',
        subject: { kind: 'store' },
        requestId: undefined,
        ip: undefined,
        userAgent: undefined,
        changes: [],
      });
      await append(stores, full, slight);
      const read = await unsealed(stores);
      assert.deepEqual(
        read.map(({ text }) => text),
        [full.text, slight.text],
      );
      const clients = read.map((entry) => entry.toSnapshot()).map(({ ip, userAgent }) => [ip, userAgent]);
      assert.deepEqual(clients, [
        ['2001:db8::1', 'curl/8'],
        [undefined, undefined],
      ]);
    });

    it('lists entries without a place in the chain in the order of their ids', async () => {
      await using stores = await open();
      await append(stores, ...[3, 1, 2].map((n) => anAuditEntry({ id: anId(n) })));
      const ids = (await unsealed(stores, 2)).map(({ id }) => id);
      assert.deepEqual(ids, [anId(1), anId(2)]);
    });

    it('counts the entries that are not sealed, and begins with an empty chain', async () => {
      await using stores = await open();
      assert.deepEqual(await stores.auditQueries.readChain(), { anchor: CHAIN_START, head: CHAIN_START, unsealed: 0 });
      await append(stores, anAuditEntry({ id: anId(1) }), anAuditEntry({ id: anId(2) }));
      assert.equal((await stores.auditQueries.readChain()).unsealed, 2);
    });

    it('moves the head with the entries that are sealed, and keeps them sealed', async () => {
      await using stores = await open();
      // So many that they are stored by more than one statement.
      await append(stores, ...Array.from({ length: 75 }, (_, n) => anAuditEntry({ id: anId(n + 1) })));
      const sealing = new SealAuditEntries({ ...stores, clock: new FixedClock(NEW_YEAR), sha256 });
      await sealing.execute();
      const { anchor, head, unsealed: count } = await stores.auditQueries.readChain();
      assert.deepEqual([anchor, head.seq, head.at, count], [CHAIN_START, 75, NEW_YEAR, 0]);
      assert.deepEqual(await unsealed(stores), []);
      await append(stores, anAuditEntry({ id: anId(100) }));
      const locked = await stores.unitOfWork.run(({ audit }) => audit.lockHead());
      assert.deepEqual(locked, head);
      await sealing.execute();
      assert.equal((await stores.auditQueries.readChain()).head.seq, 76);
    });

    it('keeps nothing of a unit of work that throws', async () => {
      await using stores = await open();
      const failing = stores.unitOfWork.run(async ({ audit }) => {
        await audit.append(anAuditEntry());
        throw new Error('halfway');
      });
      await assert.rejects(failing, /halfway/);
      assert.deepEqual(await unsealed(stores), []);
    });

    it('is wiped with the rest', async () => {
      await using stores = await open();
      await append(stores, anAuditEntry());
      await new SealAuditEntries({ ...stores, clock: new FixedClock(NEW_YEAR), sha256 }).execute();
      await append(stores, anAuditEntry({ id: anId(2) }));
      await stores.wipe.wipe();
      assert.deepEqual(await stores.auditQueries.readChain(), { anchor: CHAIN_START, head: CHAIN_START, unsealed: 0 });
    });
  });
};
