import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { promisify, stripVTControlCharacters } from 'node:util';
import { HOSTILE } from '../../../../test/contracts/security-log.contract.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import { createLogger, type LogSettings } from './logger.ts';

const open = (settings: Partial<LogSettings> = {}) => {
  const written: string[] = [];
  const logger = createLogger({ level: 'info', format: 'json', ...settings }, { write: (line) => written.push(line) });
  const last = () => JSON.parse(written.at(-1) ?? '');
  return { logger, written, last };
};

describe('createLogger', () => {
  it('ASVS 16.2.2: logs the time in UTC', () => {
    const { logger, last } = open();
    const before = new Date().toISOString();
    logger.info('started');
    assert.match(last().time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(before <= last().time && last().time <= new Date().toISOString());
  });

  it('ASVS 16.2.4: writes one JSON object a line, of every level and kind', () => {
    const { logger, written } = open({ level: 'trace' });
    const circle: { big: number; self?: unknown } = { big: Number.NaN };
    circle.self = circle;
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) {
      logger[level]({ text: HOSTILE, circle, nothing: null, many: [1, { two: HOSTILE }] }, 'a sentence');
      logger[level](new Error(HOSTILE));
      logger.child({ [HOSTILE]: HOSTILE })[level](HOSTILE);
    }
    assert.equal(written.length, 18);
    for (const line of written) {
      assert.match(line, /^\{[^\p{Cc}\p{Zl}\p{Zp}\u202e]+\}\n$/u);
      assert.ok(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].includes(JSON.parse(line).level));
    }
  });

  it('ASVS 16.4.1: preserves hostile text in the parsed line', () => {
    const { logger, last } = open();
    logger.info({ agent: HOSTILE }, 'request');
    assert.equal(last().agent, HOSTILE);
  });

  it('ASVS 1.3.10: does not interpret a message without arguments as a format', () => {
    const { logger, last } = open();
    logger.info({ path: '/%s%j%o%n' }, '%s%j%o%n');
    assert.deepEqual([last().msg, last().path], ['%s%j%o%n', '/%s%j%o%n']);
  });

  it('is silent below its level', () => {
    const { logger, written } = open({ level: 'warn' });
    logger.info('no');
    logger.warn('yes');
    assert.equal(written.length, 1);
    assert.equal(open({ level: 'silent' }).logger.isLevelEnabled('fatal'), false);
  });
});

describe('the log omits', () => {
  const CANARY = 'hunter2-in-the-coal-mine';
  const names = ['password', 'new_password', 'newPassword', 'token', 'reset_token', 'authorization', 'Cookie'];
  const moreNames = ['set-cookie', 'session_id', '__Host-session_id', 'password_hash', 'tokenHash', 'ADMIN_API_KEY'];

  it('ASVS 16.2.5: the value of a field that is named like a secret, at any depth, in child loggers too', () => {
    for (const name of [...names, ...moreNames]) {
      const { logger, written, last } = open();
      logger.info({ [name]: CANARY }, 'top');
      logger.info({ a: { b: [{ c: { [name]: [CANARY] } }] } }, 'deep');
      logger.child({ [name]: { inner: CANARY } }).info('child');
      assert.equal(written.join('').includes(CANARY), false, name);
      assert.deepEqual([written.length, last()[name]], [3, '[secret]']);
    }
  });

  it('ASVS 16.2.5: headers and bodies', () => {
    const { logger, written, last } = open();
    const headers = { 'x-anything': CANARY };
    logger.info({ headers, rawHeaders: ['x', CANARY], body: { a: CANARY }, payload: CANARY, query: CANARY }, 'whole');
    logger.info({ req: { method: 'GET', url: `/profile?x=${CANARY}`, headers, body: CANARY } }, 'request');
    assert.deepEqual(last().req, { method: 'GET', path: '/profile' });
    logger.info({ res: { statusCode: 200, headers, body: CANARY } }, 'response');
    assert.deepEqual(last().res, { status: 200 });
    assert.equal(written.join('').includes(CANARY), false);
  });

  it('ASVS 16.2.5: fields of an error besides its description', () => {
    const { logger, written } = open();
    const error = Object.assign(new Error('upstream'), { request: CANARY, options: { auth: CANARY }, config: CANARY });
    logger.error(error);
    logger.error({ err: new Error('outer', { cause: error }) }, 'failed');
    logger.error({ err: { notAnError: CANARY } }, 'thrown');
    assert.equal(written.join('').includes(CANARY), false);
  });

  it('ASVS 16.2.5: the value of a Secret', () => {
    const { logger, written } = open();
    logger.info({ typed: new Secret(CANARY) }, 'printed by mistake');
    assert.equal(written.join('').includes(CANARY), false);
  });

  it('only secrets: fields whose name or text merely contains the word stay', () => {
    const { logger, last } = open();
    logger.info({ token: CANARY, token_count: 3, detail: 'password":', password_rule: 'long' }, 'the token is wrong');
    const { token, token_count, detail, password_rule, msg } = last();
    assert.deepEqual([token, token_count, detail, password_rule], ['[secret]', 3, 'password":', 'long']);
    assert.equal(msg, 'the token is wrong');
  });
});

describe('the pretty format', () => {
  const read = (written: string[]) => stripVTControlCharacters(written.join(''));

  it('is one line for an event, with the time in UTC', () => {
    const { logger, written } = open({ format: 'pretty' });
    logger.warn({ request_id: 'r-1', path: '/profile' }, 'request');
    assert.match(
      read(written),
      /^\[\d\d:\d\d:\d\d\.\d{3}Z\] WARN: request \{"request_id":"r-1","path":"\/profile"\}\n$/,
    );
  });

  it('ASVS 16.4.1: escapes hostile text', () => {
    const { logger, written } = open({ format: 'pretty' });
    logger.info({ agent: HOSTILE, list: [HOSTILE] }, 'request');
    assert.match(read(written), /^[^\p{Cc}\p{Zl}\p{Zp}\u202e]+\n$/u);
    logger.error({ err: new Error(HOSTILE) }, 'failed');
    assert.doesNotMatch(read(written).replaceAll('\n', ''), /[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
  });

  it('ASVS 16.2.5: redacts secrets too', () => {
    const { logger, written } = open({ format: 'pretty' });
    logger.info({ a: { password: 'hunter2' } }, 'request');
    assert.match(read(written), /"password":"\[secret\]"/);
  });

  it('has the stack of an error and of its cause', () => {
    const { logger, written } = open({ format: 'pretty' });
    logger.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
    assert.match(read(written), /Error: outer\n\s+at [\s\S]*Error: inner\n\s+at /);
  });
});

describe('the last lines of a process', () => {
  const CHILD = `
    const { createLogger } = await import(${JSON.stringify(import.meta.resolve('./logger.ts'))});
    const logger = createLogger({ level: 'info', format: process.argv[1] });`;
  const run = (format: string, code: string) =>
    [process.execPath, ['--input-type=module', '-e', `${CHILD}\n${code}`, format]] as const;
  const THOUSANDS = `for (let nth = 0; nth < 2000; nth += 1) logger.info({ nth, pad: 'x'.repeat(150) }, 'line');`;

  for (const format of ['json', 'pretty']) {
    for (const [how, ending] of [
      ['process.exit', 'process.exit(0)'],
      ['an uncaught error', "throw new Error('boom')"],
      ['SIGKILL', "process.kill(process.pid, 'SIGKILL')"],
    ] as const) {
      it(`are all written before ${how} (${format})`, async () => {
        const child = spawn(...run(format, `${THOUSANDS} ${ending}`), { stdio: ['ignore', 'pipe', 'ignore'] });
        const lines = (await text(child.stdout)).trimEnd().split('\n');
        assert.equal(lines.length, 2_000);
        assert.match(lines.at(-1) ?? '', /"nth":1999/);
      });
    }
  }

  it('ASVS 16.2.3: go to standard output and nowhere else', async () => {
    const { stdout, stderr } = await promisify(execFile)(...run('json', `logger.fatal('end')`));
    assert.match(stdout, /"msg":"end"/);
    assert.equal(stderr, '');
  });

  it('are dropped without an error when the reader has closed the pipe', async () => {
    const code = `${THOUSANDS} setTimeout(() => { ${THOUSANDS} process.exit(7); }, 50);`;
    const child = spawn(...run('json', code), { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(status, 7);
  });

  it('wait up to a bound while the disk is full, and are written with the next line once it has room', async () => {
    const code = `
      const { default: fs } = await import('node:fs');
      const { writeSync } = fs;
      const write = (isFull) => (fs.writeSync = (...args) => {
        if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        return writeSync(...args);
      });
      write(true);
      logger.fatal('first');
      for (let nth = 0; nth < 8_000; nth += 1) logger.info({ nth, pad: 'x'.repeat(1_000) }, 'many');
      write(false);
      logger.info({ pad: 'x'.repeat(2_000) }, 'dropped, but an attempt');
      logger.info({ pad: 'x'.repeat(2_000) }, 'last');`;
    const { stdout } = await promisify(execFile)(...run('json', code), { maxBuffer: 30_000_000 });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual([lines[0].msg, lines[1].nth, lines.at(-1).msg], ['first', 0, 'last']);
    assert.ok(stdout.length < 5_000_000, `${stdout.length} bytes were kept`);
  });
});
