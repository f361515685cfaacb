import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anAuditEntry } from '../../../test/builders/audit-entry-builder.ts';
import { anId } from '../../../test/builders/ids.ts';
import { canonicalJson } from '../shared/canonical-json.ts';
import { Instant } from '../shared/instant.ts';
import { BrokenInvariant } from '../shared/invariant.ts';
import { AuditEntry } from './audit-entry.ts';

describe('An audit entry', () => {
  it('is the canonical JSON of what was done, without what is absent and without the client', () => {
    const actor = { kind: 'anonymous' as const, id: undefined };
    const entry = anAuditEntry({ actor, requestId: undefined, at: Instant.parse('2026-01-01T09:00:00.999Z') });
    assert.equal(
      entry.text,
      '{"action":"license.suspended","actor":{"kind":"anonymous"},"at":"2026-01-01T09:00:00Z",' +
        '"changes":[{"after":"suspended","before":"active","field":"status"}],' +
        `"id":"${anId(1)}","subject":{"id":"${anId(8)}","kind":"license"},"v":1}`,
    );
    assert.equal(entry.toSnapshot().at, '2026-01-01T09:00:00.000Z', 'in seconds, as the text has it');
  });

  it('is written as canonical JSON sorts it, whatever it contains', () => {
    const changes = [
      { field: 'name', changed: true as const },
      { field: 'entitlements', before: ['b', 'Ž\u0000"'], after: [] },
      { field: 'grace_days', after: 3 },
    ];
    for (const entry of [anAuditEntry({ changes }), anAuditEntry({ actor: { kind: 'system', name: 'cli' } })]) {
      assert.equal(entry.text, canonicalJson(JSON.parse(entry.text)));
    }
    assert.deepEqual(JSON.parse(anAuditEntry({ changes }).text).changes, changes);
  });

  it('is restored from its text', () => {
    const entry = anAuditEntry();
    const { ip, userAgent } = entry.toSnapshot();
    assert.deepEqual(AuditEntry.fromStore(entry.text, { ip, userAgent }).toSnapshot(), entry.toSnapshot());
  });

  it('names its subject by an id, except the store', () => {
    assert.throws(() => anAuditEntry({ subject: { kind: 'user' } }), BrokenInvariant);
    assert.throws(() => anAuditEntry({ subject: { kind: 'store', id: 'x' } }), BrokenInvariant);
    assert.doesNotThrow(() => anAuditEntry({ subject: { kind: 'store' } }));
  });
});
