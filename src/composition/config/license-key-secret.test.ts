import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempDisposableSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readConfig } from './config.ts';
import { licenseKeySecret } from './license-key-secret.ts';

const aFolder = () => mkdtempDisposableSync(join(tmpdir(), 'guildhall-secret-'));
const secretFor = (env: Record<string, string>) => licenseKeySecret(readConfig(env));
const inStore = (path: string) => ({ DATABASE_URL: `file:${join(path, 'guildhall.db')}` });
const PRODUCTION = { NODE_ENV: 'production', ADMIN_API_KEY: 'a'.repeat(32) };

describe('The secret that seals signing keys', () => {
  it('is the setting, where there is one', () => {
    const setting = { LICENSE_KEY_SECRET: 's'.repeat(32) };
    assert.equal(secretFor(setting)()?.reveal(), 's'.repeat(32));
    assert.equal(secretFor({ ...PRODUCTION, ...setting })()?.reveal(), 's'.repeat(32));
  });

  it('is nothing in production without the setting, and no file is made', () => {
    using folder = aFolder();
    assert.equal(secretFor({ ...PRODUCTION, ...inStore(folder.path) })(), undefined);
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('is made beside the store in development when it is first needed, for us alone, and is the same ever after', () => {
    using folder = aFolder();
    const data = join(folder.path, 'data');
    const secret = secretFor(inStore(data));
    assert.equal(existsSync(data), false);
    const made = secret()?.reveal();
    assert.match(String(made), /^[\w-]{43}$/);
    assert.equal(statSync(join(data, 'license-key-secret')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(data), ['license-key-secret']);
    assert.equal(secret()?.reveal(), made);
    assert.equal(secretFor(inStore(data))()?.reveal(), made);
  });

  it('ASVS 13.3.2: is not read from a file that others can read', () => {
    using folder = aFolder();
    secretFor(inStore(folder.path))();
    chmodSync(join(folder.path, 'license-key-secret'), 0o644);
    assert.throws(() => secretFor(inStore(folder.path))(), { name: 'PortError', message: /chmod 600/ });
  });

  it('lives as long as a store in memory', () => {
    const [one, other] = [secretFor({ DATABASE_URL: 'memory:' }), secretFor({ DATABASE_URL: 'memory:' })];
    assert.equal(one()?.reveal(), one()?.reveal());
    assert.notEqual(one()?.reveal(), other()?.reveal());
  });
});
