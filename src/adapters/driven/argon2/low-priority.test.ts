import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';

// In a process of its own, because a lowered priority cannot be raised.
const CODE = `
  const { readdirSync, readFileSync } = await import('node:fs');
  const { getPriority } = await import('node:os');
  const { lowerPoolPriority } = await import(${JSON.stringify(import.meta.resolve('./low-priority.ts'))});
  const { Argon2PasswordHasher } = await import(${JSON.stringify(import.meta.resolve('./argon2-password-hasher.ts'))});
  const { Secret } = await import(${JSON.stringify(import.meta.resolve('../../../domain/shared/secret.ts'))});
  const hasher = new Argon2PasswordHasher({ concurrency: 1, queue: 0 });
  const stored = await hasher.hash(new Secret('correct horse'));
  const threads = process.platform !== 'linux' ? [] : readdirSync('/proc/self/task').map((id) => ({
    name: readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim(),
    priority: getPriority(Number(id)),
  }));
  console.log(JSON.stringify({ threads, again: lowerPoolPriority(), isRight: await hasher.verify(stored, new Secret('correct horse')) }));`;

describe('The threads that compute hashes', () => {
  it('have a low priority on Linux, and hash everywhere', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', CODE]);
    const { threads, again, isRight } = JSON.parse(stdout) as {
      threads: { name: string; priority: number }[];
      again: number;
      isRight: boolean;
    };
    const ofPool = threads.filter(({ name }) => name === 'libuv-worker');
    const others = threads.filter(({ name }) => name !== 'libuv-worker');
    assert.equal(isRight, true);
    assert.equal(again, ofPool.length);
    assert.equal(ofPool.length > 0, process.platform === 'linux');
    assert.deepEqual(new Set(ofPool.map(({ priority }) => priority)), new Set(ofPool.length > 0 ? [19] : []));
    assert.ok(others.every(({ priority }) => priority < 19));
  });
});
