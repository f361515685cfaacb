import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EVERY_EVENT, HOSTILE, securityLogContract } from '../../../../test/contracts/security-log.contract.ts';
import type { SecurityEvent } from '../../../ports/security-log.ts';
import { createLogger } from './logger.ts';
import { PinoSecurityLog } from './pino-security-log.ts';

const open = () => {
  const written: string[] = [];
  const logger = createLogger({ level: 'info', format: 'json' }, { write: (text) => written.push(text) });
  const lines = () => written.map((line) => JSON.parse(line));
  return { log: new PinoSecurityLog(logger), written, lines };
};

const toEvent = (line: Record<string, string>): SecurityEvent => {
  const { event, user_id: userId, ip, request_id: requestId, detail } = line;
  const client = ip === undefined && requestId === undefined ? undefined : { ip, requestId };
  return JSON.parse(JSON.stringify({ event, userId, client, detail }));
};

securityLogContract('pino', () => {
  const { log, lines } = open();
  return { log, recorded: () => lines().map(toEvent) };
});

describe('PinoSecurityLog', () => {
  it('ASVS 16.2.1: has time, level, origin and user, in fields with fixed names', () => {
    const { log, lines } = open();
    log.record({ event: 'session_created', userId: 'u', client: { ip: '192.0.2.1', requestId: 'r' }, detail: 'd' });
    assert.deepEqual(Object.keys(lines()[0]), [
      ...['level', 'time', 'pid', 'hostname'],
      ...['event', 'user_id', 'ip', 'request_id', 'detail', 'msg'],
    ]);
  });

  it('logs failures, excess and attacks as warnings, and other events as information', () => {
    const { log, lines } = open();
    for (const event of EVERY_EVENT) log.record({ event });
    const warned = lines().filter(({ level }) => level === 'warn');
    const informed = lines().filter(({ level }) => level === 'info');
    assert.equal(warned.length + informed.length, EVERY_EVENT.length);
    for (const { event } of warned) assert.match(event, /_fail|^excess_|^malicious_|_reuse$/);
    for (const { event } of informed) assert.doesNotMatch(event, /_fail|^excess_|^malicious_|_reuse$/);
  });

  it('ASVS 16.4.1: writes one line for an event, whatever its fields contain', () => {
    const { log, written } = open();
    log.record({ event: 'authz_fail', userId: HOSTILE, client: { ip: HOSTILE, requestId: HOSTILE }, detail: HOSTILE });
    assert.equal(written.length, 1);
    assert.match(written[0] ?? '', /^[^\p{Cc}\p{Zl}\p{Zp}\u202e]+\n$/u);
  });

  it('ASVS 1.3.10: has one message for all events, which no field can change', () => {
    const { log, lines } = open();
    for (const event of EVERY_EVENT) log.record({ event, userId: '%s%j%o%n', detail: '%d %i %f %O %c %%' });
    for (const line of lines()) {
      assert.deepEqual([line.msg, line.user_id, line.detail], ['security event', '%s%j%o%n', '%d %i %f %O %c %%']);
    }
  });
});
