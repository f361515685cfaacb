import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../../src/adapters/driven/system/sha256-token-hasher.ts';
import { SealAuditEntries } from '../../src/application/audit/seal-audit-entries.ts';
import { CHAIN_START, chainedHash } from '../../src/domain/audit/audit-chain.ts';
import type { AuditEntry } from '../../src/domain/audit/audit-entry.ts';
import { AuditEntryId } from '../../src/domain/audit/audit-entry.ts';
import type { AuditFilter } from '../../src/domain/audit/audit-filter.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { anAuditEntry } from '../builders/audit-entry-builder.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { FixedClock } from '../doubles/fixed-clock.ts';
import type { OpenStores } from './open-stores.ts';

const MINUTE_MS = 60_000;
const FIRST_MOMENT = Instant.parse('0000-01-01T00:00:00.000Z');
const LAST_MOMENT = Instant.parse('9999-12-31T23:59:59.000Z');
const ALL = { after: 0, last: 1_000, limit: 1_000 };

/** What every AuditQueries promises. */
export const auditQueriesContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`AuditQueries contract: ${adapter}`, () => {
    const append = ({ unitOfWork }: OpenStores, ...entries: AuditEntry[]): Promise<void> =>
      unitOfWork.run(async ({ audit }) => {
        for (const entry of entries) await audit.append(entry);
      });
    const seal = (stores: OpenStores) =>
      new SealAuditEntries({ ...stores, clock: new FixedClock(NEW_YEAR), sha256 }).execute();
    const numbersOf = async ({ auditQueries }: OpenStores, filter: AuditFilter, before?: number, limit = 10) => {
      const found = await auditQueries.list({
        filter,
        limit,
        before: before === undefined ? undefined : AuditEntryId.parse(anId(before)),
      });
      return found.map(({ entry }) => Number.parseInt(entry.id.slice(-12), 16));
    };

    it('returns an entry, with its seal once it has one', async () => {
      await using stores = await open();
      const entry = anAuditEntry();
      await assert.rejects(stores.auditQueries.get(entry.id), { code: 'audit.not-found' });
      await append(stores, entry);
      const unsealed = await stores.auditQueries.get(entry.id);
      assert.deepEqual([unsealed.entry.toSnapshot(), unsealed.seal], [entry.toSnapshot(), undefined]);
      await seal(stores);
      const place = { seq: 1, prev: CHAIN_START.hash };
      const hash = chainedHash(entry.text, place, sha256);
      assert.deepEqual((await stores.auditQueries.get(entry.id)).seal, { ...place, hash, sealedAt: NEW_YEAR });
    });

    it('lists the greatest ids first, page by page', async () => {
      await using stores = await open();
      await append(stores, ...[3, 1, 2].map((n) => anAuditEntry({ id: anId(n) })));
      assert.deepEqual(await numbersOf(stores, {}), [3, 2, 1]);
      assert.deepEqual(await numbersOf(stores, {}, undefined, 2), [3, 2]);
      assert.deepEqual(await numbersOf(stores, {}, 2), [1]);
    });

    it('lists what every part of a filter selects, however many entries are sealed', async () => {
      await using stores = await open();
      const at = (minutes: number) => Instant.plusMs(NEW_YEAR, minutes * MINUTE_MS);
      const entries = [
        anAuditEntry({ id: anId(1), at: at(0), requestId: 'r-1' }),
        anAuditEntry({ id: anId(2), at: at(60), action: 'license.revoked', actor: { kind: 'root' }, requestId: 'r-2' }),
        anAuditEntry({ id: anId(3), at: at(120), action: 'user.deleted', subject: { kind: 'user', id: anId(8) } }),
        anAuditEntry({ id: anId(4), at: at(180), actor: { kind: 'token', id: anId(7) }, requestId: undefined }),
        anAuditEntry({
          id: anId(5),
          at: at(185),
          actor: { kind: 'person', id: anId(9) },
          subject: { kind: 'user', id: anId(9) },
        }),
        anAuditEntry({ id: anId(6), at: at(190), actor: { kind: 'person', id: anId(9) }, subject: { kind: 'store' } }),
        anAuditEntry({
          id: anId(7),
          at: at(195),
          actor: { kind: 'staff', id: anId(7) },
          subject: { kind: 'user', id: anId(9) },
        }),
      ];
      const expected: readonly (readonly [AuditFilter, readonly number[]])[] = [
        [{ actions: ['license.suspended'] }, [7, 6, 5, 4, 1]],
        [{ actions: ['license.revoked', 'license.suspended', 'license.renewed'] }, [7, 6, 5, 4, 2, 1]],
        [{ actor: anId(7) }, [7, 4, 3, 1]],
        [{ actor: anId(7), actorKind: 'token' }, [4]],
        [{ actor: anId(7), actions: ['user.deleted', 'license.revoked'] }, [3]],
        [{ actor: anId(9) }, [6, 5]],
        [{ actor: anId(9), from: at(186) }, [6]],
        [{ actor: anId(9), subject: anId(9) }, [5]],
        [{ actor: anId(7), subject: anId(9) }, [7]],
        [{ subject: anId(9) }, [7, 5]],
        [{ subject: anId(8) }, [4, 3, 2, 1]],
        [{ subject: anId(8), subjectKind: 'user' }, [3]],
        [{ requestId: 'r-1' }, [7, 6, 5, 3, 1]],
        [{ requestId: 'R-1' }, []],
        [{ actor: '\0' }, []],
        [{ from: at(60) }, [7, 6, 5, 4, 3, 2]],
        [{ to: at(120) }, [2, 1]],
        [{ from: at(60), to: at(120) }, [2]],
        [{ from: at(196) }, []],
        [{ to: at(0) }, []],
        [{ from: FIRST_MOMENT, to: LAST_MOMENT }, [7, 6, 5, 4, 3, 2, 1]],
        [{ from: LAST_MOMENT }, []],
        [{ to: FIRST_MOMENT }, []],
        [{ from: at(60), to: at(181), actions: ['license.suspended', 'license.revoked'] }, [4, 2]],
      ];
      for (const sealed of [0, 2, 5, 7]) {
        await stores.wipe.wipe();
        await append(stores, ...entries.slice(0, sealed));
        await seal(stores);
        await append(stores, ...entries.slice(sealed));
        for (const [filter, numbers] of expected) {
          assert.deepEqual(await numbersOf(stores, filter), numbers, `${sealed} sealed: ${JSON.stringify(filter)}`);
        }
        assert.deepEqual(await numbersOf(stores, { actions: ['license.suspended', 'license.revoked'] }, 4, 1), [2]);
      }
    });

    it('lists and finds by time what a look at every entry finds, while times differ from the order by up to an hour', async () => {
      const anEntry = fc.record({
        // Between two entries, and of its clock: two that are an hour apart have the order of their ids.
        stepMinutes: fc.constantFrom(0, 1, 25, 200),
        clockMinutes: fc.integer({ min: -29, max: 29 }),
        isSealed: fc.boolean(),
      });
      const aLog = fc.array(anEntry, { maxLength: 25 });
      const aMinute = fc.option(fc.integer({ min: -100, max: 2_500 }), { nil: undefined });
      const periods = fc.array(fc.record({ from: aMinute, to: aMinute }), { minLength: 3, maxLength: 6 });
      await using stores = await open();
      const property = fc.asyncProperty(aLog, periods, async (log, periods) => {
        await stores.wipe.wipe();
        let minutes = 0;
        const entries: { n: number; at: Instant }[] = [];
        for (const [index, { stepMinutes, clockMinutes, isSealed }] of log.entries()) {
          minutes += stepMinutes;
          const at = Instant.plusMs(NEW_YEAR, (minutes + clockMinutes) * MINUTE_MS);
          entries.push({ n: index + 1, at });
          await append(stores, anAuditEntry({ id: anId(index + 1), at }));
          if (isSealed) await seal(stores);
        }
        const sealed = new Set((await stores.auditQueries.listSealed(ALL)).map(({ text }) => JSON.parse(text).id));
        for (const ends of periods) {
          const [from, to] = [ends.from, ends.to].map((minute) =>
            minute === undefined ? undefined : Instant.plusMs(NEW_YEAR, minute * MINUTE_MS),
          );
          const inside = entries.filter(({ at }) => at >= (from ?? '') && at < (to ?? '~')).map(({ n }) => n);
          assert.deepEqual(await numbersOf(stores, { from, to }, undefined, 100), inside.toReversed());
          // Sealed in the order of their ids: the numbers are the ids.
          const isSealed = ({ n }: { n: number }) => sealed.has(anId(n));
          const first = entries.find((entry) => isSealed(entry) && entry.at >= (from ?? ''))?.n;
          const last = entries.findLast((entry) => isSealed(entry) && entry.at < (to ?? '~'))?.n;
          assert.deepEqual(await stores.auditQueries.findRange({ from, to }), { first, last });
        }
      });
      await fc.assert(property, { numRuns: 15, seed: 22 });
    });

    it('reads the chain in its order, part by part', async () => {
      await using stores = await open();
      await append(stores, anAuditEntry({ id: anId(2) }), anAuditEntry({ id: anId(3), ip: undefined }));
      await seal(stores);
      await append(stores, anAuditEntry({ id: anId(1) }));
      await seal(stores);
      await append(stores, anAuditEntry({ id: anId(4) }));
      const chain = await stores.auditQueries.listSealed(ALL);
      assert.deepEqual(
        chain.map(({ text, seal, ip, columnsMatch }) => [JSON.parse(text).id, seal.seq, ip, columnsMatch()]),
        [
          [anId(2), 1, '2001:db8::1', true],
          [anId(3), 2, undefined, true],
          [anId(1), 3, '2001:db8::1', true],
        ],
      );
      const part = await stores.auditQueries.listSealed({ after: 1, last: 3, limit: 1 });
      assert.deepEqual([part.length, part[0]?.seal.seq], [1, 2]);
      assert.deepEqual(await stores.auditQueries.listSealed({ after: 1, last: 1, limit: 9 }), []);
    });

    it('finds the ends of a period among sealed entries', async () => {
      await using stores = await open();
      const at = (minutes: number) => Instant.plusMs(NEW_YEAR, minutes * MINUTE_MS);
      assert.deepEqual(await stores.auditQueries.findRange({}), { first: undefined, last: undefined });
      // The third and the fourth were sealed in the other order than they happened.
      const times = [0, 10, 21, 20, 30, 500];
      await append(stores, ...times.map((minutes, n) => anAuditEntry({ id: anId(n + 1), at: at(minutes) })));
      await seal(stores);
      await append(stores, anAuditEntry({ id: anId(50), at: at(600) }));
      const ranges = [
        [{}, 1, 6],
        [{ from: at(0) }, 1, 6],
        [{ from: at(20), to: at(30) }, 3, 4],
        [{ from: at(21), to: at(22) }, 3, 4],
        [{ from: at(31) }, 6, 6],
        [{ to: at(31) }, 1, 5],
        [{ from: at(501) }, undefined, 6],
        [{ to: at(0) }, 1, undefined],
        [{ from: FIRST_MOMENT, to: LAST_MOMENT }, 1, 6],
      ] as const;
      for (const [period, first, last] of ranges) {
        const range = await stores.auditQueries.findRange(period);
        assert.deepEqual(range, { first, last }, JSON.stringify(period));
      }
    });

    it('finds all entries of a period, also where the first or the last one was sealed or made in another order', async () => {
      await using stores = await open();
      const at = (minutes: number) => Instant.plusMs(NEW_YEAR, minutes * MINUTE_MS);
      for (const [id, minutes] of [
        [1, 2],
        [3, 1],
        [2, 0],
      ] as const) {
        await append(stores, anAuditEntry({ id: anId(id), at: at(minutes) }));
        await seal(stores);
      }
      for (const period of [{ from: at(0) }, { to: at(3) }, { from: at(0), to: at(3) }]) {
        assert.deepEqual(await stores.auditQueries.findRange(period), { first: 1, last: 3 }, JSON.stringify(period));
        const listed = await stores.auditQueries.list({ filter: period, limit: 10 });
        assert.equal(listed.length, 3, JSON.stringify(period));
      }
    });

    it('shows one chain without gaps, however many seal while others write', async () => {
      await using stores = await open();
      const written = Array.from({ length: 40 }, async (_, n) => {
        await append(stores, anAuditEntry({ id: anId(n + 1) }));
        await seal(stores);
      });
      await Promise.all(written);
      await seal(stores);
      const chain = await stores.auditQueries.listSealed(ALL);
      assert.deepEqual(
        chain.map(({ seal }) => seal.seq),
        Array.from({ length: 40 }, (_, n) => n + 1),
      );
      let prev = CHAIN_START.hash;
      for (const { text, seal } of chain) {
        assert.deepEqual([seal.prev, seal.hash], [prev, chainedHash(text, seal, sha256)]);
        prev = seal.hash;
      }
      assert.equal((await stores.auditQueries.readChain()).head.hash, prev);
    });
  });
};
