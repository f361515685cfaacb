import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { EVERY_EVENT } from '../contracts/security-log.contract.ts';

const SRC = join(import.meta.dirname, '../../src');

describe('The list of security events', () => {
  it('lists only events that are recorded', () => {
    const sources = globSync('{application,adapters/driving,composition}/**/*.ts', { cwd: SRC })
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(SRC, file), 'utf8'));
    assert.ok(sources.length > 100);
    const silent = EVERY_EVENT.filter((event) => !sources.some((source) => source.includes(`'${event}'`)));
    assert.deepEqual(silent, []);
  });
});
