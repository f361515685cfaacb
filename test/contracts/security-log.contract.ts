import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SecurityEvent, SecurityLog } from '../../src/ports/security-log.ts';

/** Every event there is; the compiler finds a forgotten one. */
export const EVERY_EVENT = Object.keys({
  authn_login_success: 0,
  authn_login_fail: 0,
  authn_login_fail_max: 0,
  authn_password_change: 0,
  authn_password_change_fail: 0,
  authn_token_reuse: 0,
  authz_fail: 0,
  excess_rate_limit_exceeded: 0,
  input_validation_fail: 0,
  malicious_csrf: 0,
  sensitive_create: 0,
  sensitive_update: 0,
  session_created: 0,
  session_ended: 0,
  session_expired: 0,
  user_created: 0,
  user_updated: 0,
  user_deleted: 0,
} satisfies Record<SecurityEvent['event'], 0>) as SecurityEvent['event'][];

/** What breaks out of a line, a terminal, a JSON string or a format. */
export const HOSTILE = '\r\n{"level":"info"}\u001b[2J\u009b2J\u2028\u2029\u202e"} %s %j %o %n \\';

/** What every SecurityLog promises. `recorded` reads back what the log kept. */
export const securityLogContract = (
  adapter: string,
  open: () => { log: SecurityLog; recorded: () => readonly SecurityEvent[] },
): void => {
  describe(`SecurityLog contract: ${adapter}`, () => {
    it('keeps every event, in order', () => {
      const { log, recorded } = open();
      for (const event of EVERY_EVENT) log.record({ event });
      assert.deepEqual(
        recorded().map(({ event }) => event),
        EVERY_EVENT,
      );
    });

    it('ASVS 16.2.1: keeps who, from where, in which request, and what of it', () => {
      const { log, recorded } = open();
      const event: SecurityEvent = {
        event: 'authn_login_fail',
        userId: '01890000-0000-7000-8000-000000000001',
        client: { ip: '2001:db8::1', requestId: 'a-request' },
        detail: 'second try',
      };
      log.record(event);
      assert.deepEqual(recorded(), [event]);
    });

    it('omits unknown fields', () => {
      const { log, recorded } = open();
      log.record({ event: 'authn_login_fail', client: { ip: '192.0.2.1' } });
      assert.deepEqual(recorded(), [{ event: 'authn_login_fail', client: { ip: '192.0.2.1' } }]);
    });

    it('ASVS 16.4.1: keeps hostile text as one event', () => {
      const { log, recorded } = open();
      const event: SecurityEvent = {
        event: 'malicious_csrf',
        userId: HOSTILE,
        client: { ip: HOSTILE, requestId: HOSTILE },
        detail: HOSTILE,
      };
      log.record(event);
      assert.deepEqual(recorded(), [event]);
    });

    it('keeps an event as it was when it was recorded', () => {
      const { log, recorded } = open();
      const event: { event: SecurityEvent['event']; detail: string } = { event: 'user_created', detail: 'then' };
      log.record(event);
      event.detail = 'later';
      assert.equal(recorded()[0]?.detail, 'then');
    });
  });
};
