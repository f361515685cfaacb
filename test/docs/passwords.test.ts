import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PasswordLevel } from '../../src/domain/password/password-level.ts';
import { Secret } from '../../src/domain/shared/secret.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/passwords.md'), 'utf8');

describe('docs/passwords.md', () => {
  const rows = [...page.matchAll(/^\| (?:`([^`]+)`|\*\(empty\)\*) \| (\d) \|/gm)];

  it('has a table of examples that this test can read', () => assert.ok(rows.length >= 15, `${rows.length} rows`));

  for (const [, password = '', level] of rows) {
    it(`says rightly that ${JSON.stringify(password)} is level ${level}`, () => {
      assert.equal(PasswordLevel.of(new Secret(password)), Number(level));
    });
  }
});
