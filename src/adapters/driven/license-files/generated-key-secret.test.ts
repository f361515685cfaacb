import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempDisposableSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { generatedKeySecret } from './generated-key-secret.ts';

const aFolder = () => mkdtempDisposableSync(join(tmpdir(), 'guildhall-secret-'));

describe('A generated secret for signing keys', () => {
  it('is created at its first use, readable by its owner only, and stays the same', () => {
    using folder = aFolder();
    const data = join(folder.path, 'data');
    const secret = generatedKeySecret(data);
    assert.equal(existsSync(data), false);
    const created = secret().reveal();
    assert.match(created, /^[\w-]{43}$/);
    assert.equal(statSync(join(data, 'license-key-secret')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(data), ['license-key-secret']);
    assert.equal(secret().reveal(), created);
    assert.equal(generatedKeySecret(data)().reveal(), created);
  });

  it('ASVS 13.3.2: is not read from a file that others can read', () => {
    using folder = aFolder();
    generatedKeySecret(folder.path)();
    chmodSync(join(folder.path, 'license-key-secret'), 0o644);
    assert.throws(() => generatedKeySecret(folder.path)(), { name: 'PortError', message: /chmod 600/ });
  });

  it('is not read from a file that was cut short', () => {
    using folder = aFolder();
    const path = join(folder.path, 'license-key-secret');
    const created = generatedKeySecret(folder.path)().reveal();
    for (const content of ['', '\n', created.slice(0, -1)]) {
      writeFileSync(path, content);
      assert.throws(() => generatedKeySecret(folder.path)(), {
        name: 'PortError',
        code: 'license-file.unavailable',
        message: `${path} is empty or cut short: restore it, or remove it for a new one`,
      });
    }
    writeFileSync(path, created);
    assert.equal(generatedKeySecret(folder.path)().reveal(), created);
  });

  it('stays in memory without a folder', () => {
    const [a, b] = [generatedKeySecret(undefined), generatedKeySecret(undefined)];
    assert.equal(a().reveal(), a().reveal());
    assert.notEqual(a().reveal(), b().reveal());
  });
});
