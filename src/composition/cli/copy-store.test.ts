import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PortError } from '../../ports/port-error.ts';
import { exitForStore } from './copy-store.ts';

const coded = (code: string) => Object.assign(new Error('raw words'), { code });
const away = (code: string) => new PortError('store.unavailable', 'It is away', { cause: coded(code) });

describe('exitForStore', () => {
  const EXITS: [what: string, error: unknown, exitCode: number][] = [
    ['a wrong password', away('28P01'), 2],
    ['a database that is not there', away('3D000'), 2],
    ['a user who may make no table', coded('42501'), 2],
    ['a file that is no database', coded('SQLITE_NOTADB'), 2],
    ['a folder in place of a file', coded('SQLITE_CANTOPEN_ISDIR'), 2],
    ['a folder that cannot be made', coded('ENOTDIR'), 2],
    ['a server that is not running', away('ECONNREFUSED'), 5],
    ['a socket that is not there', away('ENOENT'), 5],
    ['a server without room', away('53300'), 5],
    ['a server that says nothing', new PortError('store.unavailable', 'It is away'), 5],
    ['a file that another process keeps locked', coded('SQLITE_BUSY'), 5],
    ['a damaged file', coded('SQLITE_CORRUPT'), 1],
    ['an unexpected error', new TypeError('ours'), 1],
    ['something that is no error', undefined, 1],
  ];
  for (const [what, error, exitCode] of EXITS) {
    it(`is ${exitCode} for ${what}`, () => assert.equal(exitForStore(error), exitCode));
  }
});
