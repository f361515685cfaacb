import type { Logger } from 'pino';
import type { SecurityEvent, SecurityLog } from '../../../ports/security-log.ts';

/** Events that indicate an attack when they are frequent. */
const WARNINGS: ReadonlySet<SecurityEvent['event']> = new Set([
  'authn_login_fail',
  'authn_login_fail_max',
  'authn_password_change_fail',
  'authn_token_reuse',
  'authz_fail',
  'excess_rate_limit_exceeded',
  'input_validation_fail',
  'malicious_csrf',
]);

/** Writes security events to the log of the process. Their lines have a field `event`. */
export class PinoSecurityLog implements SecurityLog {
  readonly #logger: Pick<Logger, 'info' | 'warn'>;

  constructor(logger: Pick<Logger, 'info' | 'warn'>) {
    this.#logger = logger;
  }

  record({ event, userId, client, detail }: SecurityEvent): void {
    const fields = { event, user_id: userId, ip: client?.ip, request_id: client?.requestId, detail };
    if (WARNINGS.has(event)) this.#logger.warn(fields, 'security event');
    else this.#logger.info(fields, 'security event');
  }
}
