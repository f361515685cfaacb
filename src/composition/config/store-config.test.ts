import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from '../../../test/settings/faults-of.ts';
import { readConfig } from './config.ts';

const storeAt = (DATABASE_URL: string) => readConfig({ DATABASE_URL }).store;

describe('DATABASE_URL', () => {
  it('names its scheme in capitals or not (RFC 3986, 3.1)', () => {
    for (const scheme of ['postgres', 'Postgres', 'POSTGRESQL', 'postgresQL']) {
      const store = storeAt(`${scheme}://Ada:Pass@db/Guildhall`);
      assert.ok(store.kind === 'postgres');
      const { host, user, password, database } = store.address;
      assert.deepEqual([host, user, password?.reveal(), database], ['db', 'Ada', 'Pass', 'Guildhall']);
    }
    assert.deepEqual(storeAt('FILE:./Data/Guildhall.db'), { kind: 'sqlite', path: './Data/Guildhall.db' });
    assert.deepEqual(storeAt('File:///Data/Guildhall.db'), { kind: 'sqlite', path: '/Data/Guildhall.db' });
    assert.deepEqual(storeAt('Memory:'), { kind: 'memory' });
  });

  it('takes no words after a file, which would be a part of its name', () => {
    for (const url of [
      'file:guildhall.db?mode=memory',
      'file:///data/guildhall.db?cache=shared',
      'file:guildhall.db?',
    ]) {
      assert.deepEqual(faultsOf({ DATABASE_URL: url }), ['DATABASE_URL: a file takes no ? and no words after it.']);
    }
  });
});
