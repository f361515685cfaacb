import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AUDIT_ACTION_FILTERS, parseAuditFilter, parseAuditPeriod } from './audit-filter.ts';

const INVALID = { code: 'request.invalid' };

describe('A filter of the audit log', () => {
  it('takes an action, or all actions of a prefix', () => {
    assert.deepEqual(parseAuditFilter({ action: 'session.*' }).actions, [
      'session.begun',
      'session.ended',
      'session.elevated',
    ]);
    assert.deepEqual(parseAuditFilter({ action: 'user.updated' }).actions, ['user.updated']);
    for (const action of AUDIT_ACTION_FILTERS) assert.notEqual(parseAuditFilter({ action }).actions?.length, 0);
    for (const action of ['', '*', '.*', 'user', 'users.*', 'user.updated.*', 'user.gone']) {
      assert.throws(() => parseAuditFilter({ action }), INVALID, action);
    }
  });

  it('takes a kind only beside what an index finds', () => {
    assert.throws(() => parseAuditFilter({ actorKind: 'staff' }), INVALID);
    assert.throws(() => parseAuditFilter({ actorKind: 'staff', subjectKind: 'user' }), INVALID);
    for (const other of [{ actor: 'a' }, { subject: 's' }, { requestId: 'r' }, { to: '2026-01-01T00:00:00Z' }]) {
      assert.equal(parseAuditFilter({ ...other, actorKind: 'staff' }).actorKind, 'staff');
    }
  });

  it('takes a UUID in any case, and leaves every other id as it is', () => {
    const id = '019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10';
    const filter = parseAuditFilter({ actor: id.toUpperCase(), subject: id.toUpperCase() });
    assert.deepEqual([filter.actor, filter.subject], [id, id]);
    const others = parseAuditFilter({ actor: 'Grace', subject: 'AbC-kid' });
    assert.deepEqual([others.actor, others.subject], ['Grace', 'AbC-kid']);
  });

  it('takes a period that has a length', () => {
    const [from, to] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'];
    assert.deepEqual(parseAuditPeriod({ from, to }), {
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-01T00:00:01.000Z',
    });
    assert.deepEqual(parseAuditPeriod({}), { from: undefined, to: undefined });
    assert.throws(() => parseAuditPeriod({ from, to: from }), INVALID);
    assert.throws(() => parseAuditPeriod({ from: to, to: from }), INVALID);
    for (const moment of ['2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00+01:00', '']) {
      assert.throws(() => parseAuditPeriod({ from: moment }), INVALID, moment);
    }
  });
});
