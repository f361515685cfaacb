import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { HOSTILE } from '../../../../test/contracts/security-log.contract.ts';
import type { AccessLogEntry } from '../../../ports/access-log.ts';
import { SystemClock } from '../system/system-clock.ts';
import { BatchedDestination } from './batched-destination.ts';
import { openLog } from './logger.ts';

const ENTRY: AccessLogEntry = {
  requestId: 'r-1',
  method: 'GET',
  path: '/profile',
  status: 200,
  ms: 1.5,
  ip: '127.0.0.1',
  userId: '019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10',
};

const open = (level: 'info' | 'warn' = 'info', format: 'json' | 'pretty' = 'json') => {
  const written: string[] = [];
  const log = openLog({ level, format }, new SystemClock(), { write: (line) => written.push(line) });
  return { ...log, written };
};

describe('A line of the access log', () => {
  it('has the fields of a line by pino, in the same order', () => {
    const { logger, accessLog, written } = open();
    const { requestId, userId, ...rest } = ENTRY;
    const { method, path, status, ms, ip } = rest;
    logger.info({ request_id: requestId, method, path, status, ms, ip, user_id: userId }, 'request');
    accessLog.write(ENTRY);
    const [byLogger = '', byHand = ''] = written.map((line) => line.replace(/"time":"[^"]*"/, '"time":""'));
    assert.equal(byHand, byLogger);
  });

  it('waits with the others of its turn of the event loop, but not with more than 64 KiB of them', async () => {
    const written: string[] = [];
    const destination = new BatchedDestination({ write: (line) => written.push(line) });
    const line = `${'x'.repeat(1_023)}\n`;
    for (let nth = 0; nth < 200; nth += 1) destination.writeLater(line);
    assert.equal(written.length, 3);
    await nextTurn();
    assert.equal(written.join(''), line.repeat(200));
  });

  it('omits unknown fields', () => {
    const { accessLog, written } = open();
    accessLog.write({ ...ENTRY, ip: undefined, userId: undefined });
    const line = JSON.parse(written[0] ?? '');
    assert.deepEqual(['ip' in line, 'user_id' in line], [false, false]);
  });

  it('ASVS 16.4.1: is one line, and preserves hostile text in the parsed line', () => {
    const { accessLog, written } = open();
    for (const text of [HOSTILE, '"},{"level":"fatal"', 'a\\', '\ud800', '\u2028']) {
      accessLog.write({ ...ENTRY, path: text, requestId: text, ip: text });
      const line = written.at(-1) ?? '';
      assert.match(line, /^\{[^\p{Cc}\p{Zl}\p{Zp}\u202e]*\}\n$/u);
      const { path, request_id, ip, level } = JSON.parse(line);
      assert.deepEqual([path, request_id, ip, level], [text, text, text, 'info']);
    }
  });

  it('follows the level and the format of the log', () => {
    const quiet = open('warn');
    quiet.accessLog.write(ENTRY);
    assert.deepEqual(quiet.written, []);
    const pretty = open('info', 'pretty');
    pretty.accessLog.write(ENTRY);
    assert.match(pretty.written.join(''), /INFO.*request.*"path":"\/profile"/);
  });
});

describe('BatchedDestination', () => {
  it('writes the lines of a tick together at its end', async () => {
    const written: string[] = [];
    const sink = new BatchedDestination({ write: (lines) => written.push(lines) });
    sink.writeLater('one\n');
    sink.writeLater('two\n');
    assert.deepEqual(written, []);
    await nextTurn();
    assert.deepEqual(written, ['one\ntwo\n']);
  });

  it('writes any other line at once, after those that came before it', () => {
    const written: string[] = [];
    const sink = new BatchedDestination({ write: (lines) => written.push(lines) });
    sink.writeLater('one\n');
    sink.write('two\n');
    assert.deepEqual(written, ['one\n', 'two\n']);
  });

  it('loses nothing at an exit or an uncaught exception', async () => {
    for (const ending of ['process.exit(0)', "throw new Error('boom')"]) {
      const code = `
        const { openLog } = await import(${JSON.stringify(import.meta.resolve('./logger.ts'))});
        const clock = { now: () => '2026-11-20T12:00:00.000Z' };
        openLog({ level: 'info', format: 'json' }, clock).accessLog.write(${JSON.stringify(ENTRY)});
        ${ending}`;
      const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
      const { stdout } = await child.catch((failed: { stdout: string }) => failed);
      assert.equal(JSON.parse(stdout).request_id, 'r-1', ending);
    }
  });
});
