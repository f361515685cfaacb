import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventsOf, responsesTooEarly, responsesWithoutSync } from './trace-events.ts';

const WRITE = String.raw`pwrite64(25</data/guildhall.db-wal>, "\n\0\0"..., 4096, 189576) = 4096`;
const SYNC = 'fsync(25</data/guildhall.db-wal>) = 0';
const RESPONSE = String.raw`write(28<socket:[1213708]>, "HTTP/1.1 201 Created\r\nco"..., 944) = 944`;

describe('A trace of system calls', () => {
  it('is parsed into writes to the log, syncs and responses', () => {
    const others = [
      'write(1<pipe:[7]>, "{\\"level\\":\\"info\\""..., 90) = 90',
      'fsync(24</data/guildhall.db>) = 0',
      'fsync(25</data/guildhall.db-wal>) = -1 EIO (Input/output error)',
      String.raw`write(28<socket:[1213708]>, "HTTP/1.1 200 OK\r\nco"..., 944) = 944`,
    ];
    const datasync = '412 fdatasync(25</data/guildhall.db-wal>) = 0';
    assert.equal(eventsOf([WRITE, ...others, WRITE, SYNC, RESPONSE, datasync].join('\n')), 'WWSAS');
  });

  it('counts a sync in another thread when it ends, unless the log was written meanwhile', () => {
    const begun = '412 fdatasync(31</data/guildhall.db-wal> <unfinished ...>';
    const end = '412 <... fdatasync resumed>)          = 0';
    const other = ['413 fsync(24</data/guildhall.db> <unfinished ...>', '413 <... fsync resumed>) = 0'];
    const failed = '412 <... fdatasync resumed>)          = -1 EIO (Input/output error)';
    assert.equal(eventsOf([WRITE, begun, ...other, RESPONSE, end, RESPONSE].join('\n')), 'WASA');
    assert.equal(eventsOf([WRITE, begun, WRITE, end, RESPONSE].join('\n')), 'WWA');
    assert.equal(eventsOf([WRITE, begun, failed, RESPONSE].join('\n')), 'WA');
  });

  it('distinguishes responses before and after the sync', () => {
    assert.deepEqual(['WWSA', 'WWSAA', 'WWA', 'WAS', 'A'].map(responsesTooEarly), [0, 0, 1, 1, 0]);
    assert.deepEqual(['WWSAWSA', 'WSAAWS', 'WAWS', 'AWS'].map(responsesWithoutSync), [0, 1, 1, 1]);
  });
});
