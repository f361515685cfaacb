import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { AUDIT_ACTIONS } from '../../src/domain/audit/audit-entry.ts';

describe('docs/audit.md', () => {
  it('has each action in its table once, and no other', () => {
    const page = readFileSync(new URL('../../docs/audit.md', import.meta.url), 'utf8');
    const table = page.slice(page.indexOf('\n## Actions'), page.indexOf('\n## Reading'));
    const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(
      ([, cell = '']) => cell.match(/[a-z_]+\.[a-z_]+/g) ?? [],
    );
    assert.deepEqual(named.sort(), [...AUDIT_ACTIONS].sort());
  });
});
