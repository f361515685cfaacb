import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, it } from 'node:test';
import { anAuditEntry } from '../../../test/builders/audit-entry-builder.ts';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { Instant } from '../shared/instant.ts';
import { CHAIN_START, chainedHash, sealAfter } from './audit-chain.ts';

const sha256 = (text: string) => hash('sha256', text, 'hex');

describe('The chain of the audit log', () => {
  it('hashes the canonical entry with its number and the hash before it', () => {
    const entry = anAuditEntry({
      id: '01a2226c-7de0-7706-9e4d-df4fda9ff830',
      at: Instant.parse('2026-11-28T13:51:05.123Z'),
      actor: { kind: 'staff', id: '01a2226c-7db6-715d-a923-bf81794a7542' },
      subject: { kind: 'license', id: '01a2226c-7de0-7706-9e4d-df4fda9ff830' },
      requestId: 'r1',
    });
    const seal = sealAfter(CHAIN_START, entry, sha256, NEW_YEAR);
    assert.deepEqual(seal, {
      seq: 1,
      prev: '0000000000000000000000000000000000000000000000000000000000000000',
      hash: '742ece1aae8e496317abef995baf0a7f8bf8995e93409b54dfc12cd741071800',
      sealedAt: NEW_YEAR,
    });
    const other = anAuditEntry({ ...entry.toSnapshot(), ip: undefined, userAgent: 'other' });
    assert.equal(sealAfter(CHAIN_START, other, sha256, NEW_YEAR).hash, seal.hash, 'of no client');
  });

  it('has one hash for an entry as it was written and for any form of its text', () => {
    const hostile = `,"subject":{ "id":"${anId(1)}"`;
    const entries = [
      anAuditEntry({ requestId: undefined }),
      anAuditEntry({
        actor: { kind: 'person', id: anAuditEntry().id },
        subject: { kind: 'user', id: anAuditEntry().id },
      }),
      anAuditEntry({ subject: { kind: 'store' }, requestId: undefined, changes: [] }),
      anAuditEntry({ changes: [{ field: 'name', before: hostile, after: [hostile] }] }),
    ];
    for (const entry of entries) {
      const seal = sealAfter(CHAIN_START, entry, sha256, NEW_YEAR);
      const { v, id, ...rest } = JSON.parse(entry.text);
      assert.equal(seal.hash, chainedHash(JSON.stringify({ v, id, ...rest }, null, 2), seal, sha256));
    }
  });

  it('gives each entry the number after the last, and its hash', () => {
    const first = sealAfter(CHAIN_START, anAuditEntry(), sha256, NEW_YEAR);
    const second = sealAfter({ ...first, at: NEW_YEAR }, anAuditEntry({ id: anId(2) }), sha256, NEW_YEAR);
    assert.deepEqual([second.seq, second.prev], [2, first.hash]);
  });
});
