import assert from 'node:assert/strict';
import { mkdtempDisposableSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import type { UnitOfWork, UnitOfWorkOptions } from '../../ports/unit-of-work.ts';
import { readConfig } from '../config/config.ts';
import { keySecret, withoutAuditClients } from './container.ts';

const secretFor = (env: Record<string, string>) => keySecret(readConfig(env))()?.reveal();
const PRODUCTION = { NODE_ENV: 'production', ADMIN_API_KEY: 'a'.repeat(32) };

describe('The secret that encrypts signing keys', () => {
  it('is the setting, where there is one', () => {
    const setting = { LICENSE_KEY_SECRET: 's'.repeat(32) };
    assert.equal(secretFor(setting), 's'.repeat(32));
    assert.equal(secretFor({ ...PRODUCTION, ...setting }), 's'.repeat(32));
  });

  it('is generated beside the store in development, and not in production', () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'guildhall-secret-'));
    const store = { DATABASE_URL: `file:${join(folder.path, 'guildhall.db')}` };
    assert.equal(secretFor({ ...PRODUCTION, ...store }), undefined);
    assert.deepEqual(readdirSync(folder.path), []);
    assert.match(String(secretFor(store)), /^[\w-]{43}$/);
    assert.deepEqual(readdirSync(folder.path), ['license-key-secret']);
  });

  it('is generated in memory for a store in memory', () => {
    const store = { DATABASE_URL: 'memory:' };
    assert.notEqual(secretFor(store), secretFor(store));
  });
});

describe('The audit log without clients', () => {
  it('leaves a unit of work its options', async () => {
    const stores = new MemoryStores();
    const taken: (UnitOfWorkOptions | undefined)[] = [];
    const unitOfWork: UnitOfWork = {
      run(work, options) {
        taken.push(options);
        return stores.run(work);
      },
    };
    const wrapped = withoutAuditClients(unitOfWork);
    assert.equal(await wrapped.run(async () => 1, { isLong: true }), 1);
    assert.deepEqual(taken, [{ isLong: true }]);
  });
});
