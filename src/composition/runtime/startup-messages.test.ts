import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { postgresAddressFrom } from '../../adapters/driven/kysely/postgres/postgres-url.ts';
import { PortError } from '../../ports/port-error.ts';
import { readConfig } from '../config/config.ts';
import { printBanner, startupError } from './startup-messages.ts';

const config = { host: '127.0.0.1', port: 80, store: { kind: 'sqlite', path: './data/guildhall.db' } } as const;
const systemError = (code: string, syscall?: string) => Object.assign(new Error('raw words'), { code, syscall });

describe('startupError', () => {
  const MESSAGES: [code: string, syscall: string | undefined, message: string][] = [
    ['EADDRINUSE', 'listen', 'Something listens on 127.0.0.1:80 already; set PORT to another.'],
    ['EACCES', 'listen', 'It cannot listen on 127.0.0.1:80 (EACCES); set HOST or PORT to another.'],
    ['ENOTFOUND', 'getaddrinfo', 'It cannot listen on 127.0.0.1:80 (ENOTFOUND); set HOST or PORT to another.'],
    ['EACCES', 'mkdir', 'The store ./data/guildhall.db cannot be used: its folder cannot be entered or created.'],
    ['EROFS', 'mkdir', 'The store ./data/guildhall.db cannot be used: its folder is on a read-only disk.'],
    ['SQLITE_READONLY', undefined, 'The store ./data/guildhall.db cannot be used: the file is read-only.'],
    ['SQLITE_FULL', undefined, 'The store ./data/guildhall.db cannot be used: the disk is full.'],
    ['SQLITE_IOERR_READ', undefined, 'The store ./data/guildhall.db cannot be used: the disk reports an error.'],
    ['SQLITE_READONLY_DIRECTORY', undefined, 'The store ./data/guildhall.db cannot be used: the file is read-only.'],
    ['SQLITE_CORRUPT_INDEX', undefined, 'The store ./data/guildhall.db cannot be used: the file is damaged.'],
    [
      'SQLITE_CANTOPEN_ISDIR',
      undefined,
      'The store ./data/guildhall.db cannot be used: it cannot be opened; it must be a file that the user of this process can read and write.',
    ],
    ['SQLITE_TOOBIG', undefined, 'The store ./data/guildhall.db cannot be used: SQLITE_TOOBIG.'],
    ['ENOENT', 'spawn', 'raw words'],
  ];
  for (const [code, syscall, message] of MESSAGES) {
    it(`has a message for ${code}${syscall === undefined ? '' : ` in ${syscall}`}`, () => {
      assert.equal(startupError(systemError(code, syscall), config), message);
    });
  }

  it('reports the cause of a port error, or its own message without a cause', () => {
    const gaveUp = new PortError('store.unavailable', 'The disk gave out', { cause: systemError('SQLITE_FULL') });
    assert.equal(startupError(gaveUp, config), 'The store ./data/guildhall.db cannot be used: the disk is full.');
    assert.equal(
      startupError(new PortError('store.unavailable', 'The store is too busy'), config),
      'The store is too busy',
    );
  });

  it('names no file where the store is in memory', () => {
    const inMemory = { ...config, store: { kind: 'memory' } } as const;
    assert.equal(startupError(systemError('SQLITE_FULL'), inMemory), 'raw words');
  });

  it('names the address to listen on, not the database, for a HOST that does not exist', () => {
    const address = postgresAddressFrom('postgres://ada@db.example.com/guildhall');
    const error = systemError('ENOTFOUND', 'getaddrinfo');
    const message = startupError(error, { ...config, store: { kind: 'postgres', address, poolSize: 1 } });
    assert.equal(message, 'It cannot listen on 127.0.0.1:80 (ENOTFOUND); set HOST or PORT to another.');
  });

  it('names the database, not the address to listen on, for a database host that does not exist', () => {
    const address = postgresAddressFrom('postgres://ada@db.example.com/guildhall');
    const error = new PortError('store.unavailable', 'It is away', { cause: systemError('ENOTFOUND', 'getaddrinfo') });
    const message = startupError(error, { ...config, store: { kind: 'postgres', address, poolSize: 1 } });
    assert.match(
      message,
      /^The database db\.example\.com:5432\/guildhall cannot be used: the host name does not exist /,
    );
  });

  it('passes an unknown error on', () => {
    assert.equal(startupError(new Error('corrupted migrations'), config), 'corrupted migrations');
    assert.equal(startupError('a word', config), 'a word');
  });
});

const warningsOf = (settings: Readonly<Record<string, string>>, keyId?: string): readonly string[] => {
  const warnings: string[] = [];
  const logger = { info() {}, warn: (...entry: unknown[]) => warnings.push(String(entry.at(-1))) };
  const config = readConfig({ LOG_FORMAT: 'json', ADMIN_API_KEY: 'k'.repeat(32), ...settings });
  const sealing = { keyId, unopened: 0 };
  printBanner(logger, config, { address: 'http://127.0.0.1:8000', sampleUsers: 0, samplePassword: undefined, sealing });
  return warnings;
};

describe('the start', () => {
  it('warns in production that emails are printed, whether MAIL_URL is console: or not set', () => {
    const warning = 'emails are printed to this log: MAIL_URL names no SMTP server';
    const smtp = { MAIL_URL: 'smtps://mail.example.com', MAIL_FROM: 'hall@example.com' };
    const isWarned = (settings: object) =>
      warningsOf({ NODE_ENV: 'production', ...settings }, '01234567').includes(warning);
    assert.deepEqual([{}, { MAIL_URL: 'console:' }, smtp].map(isWarned), [true, true, false]);
  });

  it('warns where secrets cannot be encrypted, and says why', () => {
    const warningIn = (NODE_ENV: string, keyId?: string) =>
      warningsOf({ NODE_ENV }, keyId).filter((warning) => warning.startsWith('secrets'));
    assert.deepEqual(warningIn('production'), [
      'secrets cannot be encrypted in the store: neither SEALING_KEY nor LICENSE_KEY_SECRET is set',
    ]);
    assert.deepEqual(warningIn('development'), [
      'secrets cannot be encrypted in the store: the file license-key-secret is damaged, or others can read it',
    ]);
    assert.deepEqual(warningIn('production', '01234567'), []);
  });
});
