import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { anAuditEntry } from '../../../test/builders/audit-entry-builder.ts';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import { sha256 } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { Caller } from '../../domain/access/caller.ts';
import type { ChainPoint } from '../../domain/audit/audit-chain.ts';
import { Instant } from '../../domain/shared/instant.ts';
import { ExportAuditLog } from './export-audit-log.ts';
import { SealAuditEntries } from './seal-audit-entries.ts';
import { VerifyAuditLog } from './verify-audit-log.ts';

const caller = Caller.root();
const client = { ip: '::1', userAgent: 'test', requestId: 'r' };

/** A log of five entries, a minute apart. */
const aLog = async () => {
  const stores = new MemoryStores();
  const deps = { unitOfWork: stores, auditQueries: stores.audit, clock: new FixedClock(NEW_YEAR), sha256 };
  await stores.run(async ({ audit }) => {
    for (let n = 1; n <= 5; n += 1) {
      await audit.append(anAuditEntry({ id: anId(n), at: Instant.plusMs(NEW_YEAR, n * 60_000) }));
    }
  });
  await new SealAuditEntries(deps).execute();
  return {
    deps,
    exporting: new ExportAuditLog({ ...deps, idGenerator: new Uuidv7Ids() }),
    verifying: new VerifyAuditLog(deps),
  };
};

const linesOf = async (pages: AsyncIterable<string>): Promise<string[]> => (await text(pages)).split('\n').slice(0, -1);

async function* stream(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

/** A line with one of its members changed. */
const changed = (line: string | undefined, change: object): string =>
  JSON.stringify({ ...JSON.parse(line ?? ''), ...change });

describe('An exported audit log', () => {
  const exported = async (period: { from?: string; to?: string } = {}) => {
    const { exporting, verifying } = await aLog();
    const lines = await linesOf(await exporting.execute({ caller, client, ...period }));
    const verify = async (altered: readonly string[], contains?: ChainPoint) =>
      (await verifying.ofFile({ lines: stream(altered), contains })).broken?.seq;
    return { lines, verify };
  };
  const seqsIn = (lines: readonly string[]) =>
    lines.map((line) => JSON.parse(line)).map(({ anchor, head, seq }) => anchor?.seq ?? head?.seq ?? seq);

  it('holds all entries between its anchor and its head, and verifies', async () => {
    const { lines, verify } = await exported();
    assert.deepEqual(seqsIn(lines), [0, 1, 2, 3, 4, 5, 5]);
    assert.equal(lines[0], `{"anchor":{"seq":0,"hash":"${'0'.repeat(64)}"}}`);
    assert.match(lines[6] ?? '', /^\{"head":\{"seq":5,"hash":"[0-9a-f]{64}"\},"complete":true\}$/);
    const entry = JSON.parse(lines[1] ?? '');
    assert.deepEqual([entry.ip, entry.user_agent, entry.sealed_at], ['2001:db8::1', 'curl/8', '2026-01-01T00:00:00Z']);
    assert.equal(await verify(lines), undefined);
    const { ip, user_agent, ...erased } = entry;
    assert.equal(await verify(lines.with(1, JSON.stringify(erased))), undefined, 'also without the address');
  });

  it('may be a part of the log, or none of it', async () => {
    for (const [period, seqs] of [
      [{ from: '2026-01-01T00:02:00Z', to: '2026-01-01T00:04:00Z' }, [1, 2, 3, 3]],
      [{ from: '2026-01-01T00:05:00Z' }, [4, 5, 5]],
      [{ to: '2026-01-01T00:02:00Z' }, [0, 1, 1]],
      [{ from: '2026-01-01T00:06:00Z' }, [5, 5]],
      [{ to: '2026-01-01T00:00:00Z' }, [0, 0]],
      [{ from: '2026-01-01T00:02:01Z', to: '2026-01-01T00:02:02Z' }, [2, 2]],
    ] as const) {
      const { lines, verify } = await exported(period);
      assert.deepEqual(seqsIn(lines), seqs, JSON.stringify(period));
      assert.equal(await verify(lines), undefined);
    }
  });

  it('is broken at the first entry that is changed, missing or swapped', async () => {
    const { lines, verify } = await exported();
    const [anchor = '', first = '', second = '', third = '', , , head = ''] = lines;
    for (const [altered, seq] of [
      [lines.with(2, changed(second, { action: 'license.revoked' })), 2],
      [lines.with(2, changed(second, { at: '2026-01-01T00:00:00Z' })), 2],
      [lines.with(2, changed(second, { hash: JSON.parse(first).hash })), 2],
      [lines.with(2, changed(second, { extra: true })), 2],
      [lines.with(3, changed(third, { prev: '0'.repeat(64) })), 3],
      [lines.with(3, second), 3],
      [lines.toSpliced(3, 1), 3],
      [lines.with(1, second).with(2, first), 1],
      [lines.with(3, 'not JSON'), 3],
      [lines.with(3, '[]'), 3],
      [lines.with(3, anchor), 3],
      [lines.slice(0, -1), 6],
      [lines.slice(0, 4), 4],
      [lines.toSpliced(5, 1), 5],
      [lines.with(6, changed(head, { complete: false })), 6],
      [[...lines, first], 6],
      [[...lines, head], 6],
      [lines.slice(1), 1],
      [lines.with(0, changed(anchor, { anchor: { seq: 0, hash: '1'.repeat(64) } })), 1],
      [[], 1],
    ] as const) {
      assert.equal(await verify(altered), seq, altered.join('\n'));
    }
  });

  it('is broken where it does not contain an entry that was noted elsewhere', async () => {
    const { lines, verify } = await exported();
    const { hash } = JSON.parse(lines[3] ?? '');
    assert.equal(await verify(lines, { seq: 3, hash }), undefined);
    assert.equal(await verify(lines, { seq: 0, hash: '0'.repeat(64) }), undefined);
    assert.equal(await verify(lines, { seq: 4, hash }), 4);
    assert.equal(await verify(lines, { seq: 9, hash }), 6);
    const part = await exported({ from: '2026-01-01T00:04:00Z' });
    assert.equal(await part.verify(part.lines, { seq: 3, hash }), undefined, 'its anchor');
    assert.equal(await part.verify(part.lines, { seq: 2, hash }), 2, 'before its anchor');
  });

  it('takes both scopes, a step-up, and a period that has a length', async () => {
    const { exporting, deps } = await aLog();
    const support = Caller.inSession({
      userId: anId(1) as never,
      sessionId: anId(2) as never,
      role: 'admin',
      stepUpTtlMs: 1_000,
      administrationIsOpen: false,
    });
    await assert.rejects(exporting.execute({ caller: support, client }), { code: 'access.step-up-required' });
    const anonymous = Caller.anonymous({ administrationIsOpen: false });
    await assert.rejects(exporting.execute({ caller: anonymous, client }), { code: 'access.unauthenticated' });
    const moment = '2026-01-01T00:00:00Z';
    await assert.rejects(exporting.execute({ caller, client, from: moment, to: moment }), { code: 'request.invalid' });
    assert.equal((await deps.auditQueries.readChain()).unsealed, 0, 'nothing is said to be exported');
  });

  it('is an entry of the log itself', async () => {
    const { exporting, deps } = await aLog();
    await exporting.execute({ caller, client, from: '2026-01-01T00:02:00Z' });
    const [latest] = await deps.auditQueries.list({ filter: { actions: ['audit.exported'] }, limit: 9 });
    const { actor, subject, changes, requestId } = latest?.entry.toSnapshot() ?? assert.fail();
    assert.deepEqual([actor.kind, subject, requestId], ['root', { kind: 'store' }, 'r']);
    assert.deepEqual(changes, [{ field: 'from', after: '2026-01-01T00:02:00Z' }]);
  });

  it('stops where entries are removed while it is read', async () => {
    const { exporting, deps } = await aLog();
    const pages = await exporting.execute({ caller, client });
    await deps.unitOfWork.run(async ({ audit }) => {
      await audit.moveAnchor({ seq: 2, hash: 'x', at: undefined });
      await audit.removeUntilAnchor({ limit: 10 });
    });
    await assert.rejects(text(pages), { code: 'store.unavailable' });
  });
});
