import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, 'exhaust-descriptors.ts');

it('a service without file descriptors in its first seconds continues, and loads what it needs later', {
  timeout: 600_000,
}, async () => {
  const command = `ulimit -n 200; exec "${process.execPath}" "${PROGRAM}"`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command]);
  assert.equal(stdout, '200\n');
});
