import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../src/adapters/driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../src/adapters/driven/system/uuidv7-ids.ts';
import { PurgeAuditLog } from '../../src/application/audit/purge-audit-log.ts';
import { SealAuditEntries } from '../../src/application/audit/seal-audit-entries.ts';
import { VerifyAuditLog } from '../../src/application/audit/verify-audit-log.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { anAuditEntry } from '../builders/audit-entry-builder.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { FixedClock } from '../doubles/fixed-clock.ts';
import { inUnitsOfWork, type OpenStores } from './open-stores.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ALL = { after: 0, last: 10_000, limit: 10_000 };

/** What every AuditLog promises of removal and erasure. */
export const auditRetentionContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`AuditLog contract, retention: ${adapter}`, () => {
    /** Entries at these hours after New Year, sealed; and what removes them at another hour. */
    const aLog = async (stores: OpenStores, hours: readonly number[]) => {
      const clock = new FixedClock(NEW_YEAR);
      await inUnitsOfWork(stores, hours, ({ audit }, hour, n) =>
        audit.append(anAuditEntry({ id: anId(n + 1), at: Instant.plusMs(NEW_YEAR, hour * HOUR_MS) })),
      );
      const seal = () => new SealAuditEntries({ ...stores, clock, sha256 }).execute();
      await seal();
      const purge = async (
        hour: number,
        retention: { auditRetentionMs?: number; auditIpRetentionMs?: number },
        isStopped?: () => boolean,
      ) => {
        const at = new FixedClock(Instant.plusMs(NEW_YEAR, hour * HOUR_MS));
        const deps = { ...stores, clock: at, idGenerator: new Uuidv7Ids() };
        const never = { auditRetentionMs: 0, auditIpRetentionMs: 3_650 * DAY_MS };
        await new PurgeAuditLog({ ...deps, ...never, ...retention }).execute(isStopped);
      };
      const verify = () => new VerifyAuditLog({ ...stores, sha256 }).ofStore({ caller: Caller.root() });
      return { seal, purge, verify };
    };
    const numbersIn = async ({ auditQueries }: OpenStores) =>
      (await auditQueries.listSealed(ALL)).map(({ seal }) => seal.seq);
    const addressesIn = async ({ auditQueries }: OpenStores) =>
      (await auditQueries.listSealed(ALL)).map(({ ip, userAgent }) => `${ip} ${userAgent}`);
    const KEPT = '2001:db8::1 curl/8';
    const ERASED = 'undefined undefined';

    it('removes whole days, and records it in an entry', async () => {
      await using stores = await open();
      const { seal, purge, verify } = await aLog(stores, [0, 23, 24, 25]);
      const hashes = (await stores.auditQueries.listSealed(ALL)).map(({ seal: { hash } }) => hash);
      const retention = { auditRetentionMs: 2 * DAY_MS };
      await purge(71.99, retention);
      assert.deepEqual(await numbersIn(stores), [1, 2, 3, 4], 'the first day is not over for two days');
      await purge(72, retention);
      assert.deepEqual(await numbersIn(stores), [3, 4]);
      const { anchor, unsealed } = await stores.auditQueries.readChain();
      assert.deepEqual([anchor.seq, anchor.hash, unsealed], [2, hashes[1], 1]);
      const [purged] = await stores.auditQueries.list({ filter: { actions: ['audit.purged'] }, limit: 10 });
      const { actor, subject, changes } = purged?.entry.toSnapshot() ?? assert.fail('there is an entry');
      assert.deepEqual([actor, subject], [{ kind: 'system', name: 'worker' }, { kind: 'store' }]);
      assert.deepEqual(changes, [
        { after: 2, field: 'seq' },
        { after: hashes[1], field: 'hash' },
      ]);
      await purge(80, retention);
      assert.equal((await stores.auditQueries.readChain()).unsealed, 1, 'nothing more to remove, and to say');
      await seal();
      const result = await verify();
      assert.deepEqual([result.anchor.seq, result.end.seq, result.broken], [2, 5, undefined]);
    });

    it('continues from its anchor when all entries are removed', async () => {
      await using stores = await open();
      const { seal, purge, verify } = await aLog(stores, [0, 1]);
      await purge(1_000, { auditRetentionMs: DAY_MS });
      assert.deepEqual(await numbersIn(stores), []);
      await seal();
      assert.deepEqual(await numbersIn(stores), [3]);
      assert.equal((await verify()).broken, undefined);
    });

    it('keeps entries before a stretch that a clock of the past has written', async () => {
      const days = (count: number, day: number) => Array<number>(count).fill(day * 24);
      for (const past of [days(3, -2_000), days(40, -2_000)]) {
        await using stores = await open();
        const { purge } = await aLog(stores, [...days(20, 0), ...past, ...days(2, 1)]);
        await purge(48, { auditRetentionMs: 400 * DAY_MS });
        assert.equal((await numbersIn(stores)).length, 22 + past.length);
      }
    });

    it('finds and removes many entries in several units of work, until it is stopped', async () => {
      await using stores = await open();
      const { purge, verify } = await aLog(stores, Array<number>(2_100).fill(0));
      const retention = { auditRetentionMs: DAY_MS };
      // Asked before a batch of addresses, three of times, and each of at most 200 entries.
      for (const [stopsAt, anchor, remaining] of [
        [2, 0, 2_100],
        [4, 0, 2_100],
        [5, 2_100, 2_100],
        [4, 2_100, 1_900],
      ] as const) {
        let asked = 0;
        await purge(1_000, retention, () => ++asked >= stopsAt);
        assert.equal((await stores.auditQueries.readChain()).anchor.seq, anchor, `asked ${stopsAt} times`);
        assert.equal((await numbersIn(stores)).length, remaining, `asked ${stopsAt} times`);
      }
      await purge(1_000, retention);
      assert.deepEqual(await numbersIn(stores), []);
      assert.equal((await verify()).broken, undefined);
    });

    it('keeps entries for ever where they have no end', async () => {
      await using stores = await open();
      const { purge } = await aLog(stores, [0]);
      await purge(1_000_000, { auditRetentionMs: 0 });
      assert.deepEqual(await numbersIn(stores), [1]);
    });

    it('erases addresses after their time, and the chain stays', async () => {
      await using stores = await open();
      const { purge, verify } = await aLog(stores, [0, 1, 2]);
      const retention = { auditIpRetentionMs: DAY_MS };
      await purge(25, retention);
      assert.deepEqual(await addressesIn(stores), [ERASED, KEPT, KEPT]);
      await purge(26.5, retention);
      assert.deepEqual(await addressesIn(stores), [ERASED, ERASED, ERASED]);
      assert.equal((await verify()).broken, undefined);
    });

    it('erases addresses up to their time, also where the order of sealing is another', async () => {
      await using stores = await open();
      const { purge } = await aLog(stores, [0, 0.9, 0.2, 1.1, 0.5, 1.4, 3]);
      const kept = async () => (await addressesIn(stores)).flatMap((text, n) => (text === KEPT ? [n + 1] : []));
      await purge(24.6, { auditIpRetentionMs: DAY_MS });
      assert.deepEqual(await kept(), [2, 4, 6, 7]);
      await purge(25.2, { auditIpRetentionMs: DAY_MS });
      assert.deepEqual(await kept(), [6, 7]);
      await purge(30, { auditIpRetentionMs: DAY_MS });
      assert.deepEqual(await kept(), []);
    });

    it('erases addresses before and after a stretch that a clock of the future has written, and those of it', async () => {
      await using stores = await open();
      const future = Array<number>(1_100).fill(10_000);
      const { purge } = await aLog(stores, [0, ...future, 1, 2, 26]);
      await purge(26.5, { auditIpRetentionMs: DAY_MS });
      const addresses = await addressesIn(stores);
      assert.deepEqual(new Set(addresses.slice(0, -1)), new Set([ERASED]));
      assert.equal(addresses.at(-1), KEPT);
    });

    it('erases many addresses in several units of work, and those of entries that were written late', async () => {
      await using stores = await open();
      const { purge } = await aLog(stores, [...Array<number>(2_500).fill(0), ...Array<number>(1_500).fill(1)]);
      await purge(2, { auditIpRetentionMs: 0 });
      assert.deepEqual(new Set(await addressesIn(stores)), new Set([ERASED]));
      const late = anAuditEntry({ id: anId(9_000), at: Instant.plusMs(NEW_YEAR, 1.5 * HOUR_MS) });
      await stores.unitOfWork.run(({ audit }) => audit.append(late));
      await purge(2.1, { auditIpRetentionMs: 0 });
      assert.equal((await stores.auditQueries.get(late.id)).entry.toSnapshot().ip, undefined);
    });
  });
};
