import { Instant } from '../../domain/shared/instant.ts';
import { networkOf } from '../../domain/throttle/network.ts';
import { assertWithinLimits, type ThrottlePolicy } from '../../domain/throttle/throttle-policy.ts';
import type { RequestWindows } from '../../ports/request-windows.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { Client } from '../client.ts';

const WINDOW_MS = 60_000;

/** Limits validations by network. Counts in this process only, so that validation stays cheap. */
export class ValidationThrottle {
  readonly #deps: { requestWindows: RequestWindows; securityLog: SecurityLog; isOn: boolean };
  readonly #policy: ThrottlePolicy;

  /** @param deps.perMinute limit of validations per minute and network */
  constructor(deps: { requestWindows: RequestWindows; securityLog: SecurityLog; isOn: boolean; perMinute: number }) {
    this.#deps = deps;
    this.#policy = { name: 'validate-ip', limit: deps.perMinute, windowMs: WINDOW_MS };
  }

  /** @throws {ThrottleExceeded} throttle.exceeded */
  count(client: Client, at: Instant): void {
    const { requestWindows, securityLog, isOn } = this.#deps;
    if (!isOn) return;
    const policy = this.#policy;
    const { count, resetsAtMs } = requestWindows.count(networkOf(client.ip), WINDOW_MS, Instant.epochMs(at));
    if (count <= policy.limit) return;
    // Once per window, so that a flood of requests is not a flood of log lines.
    if (count === policy.limit + 1) {
      securityLog.record({ event: 'excess_rate_limit_exceeded', client, detail: policy.name });
    }
    assertWithinLimits([{ policy, count, resetsAt: Instant.fromEpochMs(resetsAtMs) }], at);
  }
}
