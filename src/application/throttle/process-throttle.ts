import { Instant } from '../../domain/shared/instant.ts';
import { assertWithinLimits } from '../../domain/throttle/throttle-policy.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Client } from '../client.ts';
import type { Attempt } from './throttle.ts';

type Deps = Pick<Ports, 'requestWindows' | 'securityLog'> & { isOn: boolean };

/** Limits attempts like {@link Throttle}, but counts them in this process only, for work that must stay cheap. */
export class ProcessThrottle {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Counts one attempt.
   * @throws {ThrottleExceeded} throttle.exceeded
   */
  count({ policy, subject }: Attempt, at: Instant, client: Client): void {
    const { requestWindows, securityLog, isOn } = this.#deps;
    if (!isOn) return;
    const key = `${policy.name} ${subject}`;
    const { count, resetsAtMs } = requestWindows.count(key, policy.windowMs, Instant.epochMs(at));
    if (count <= policy.limit) return;
    // Once per window, so that a flood of requests is not a flood of log lines.
    if (count === policy.limit + 1) {
      securityLog.record({ event: 'excess_rate_limit_exceeded', client, detail: policy.name });
    }
    assertWithinLimits([{ policy, count, resetsAt: Instant.fromEpochMs(resetsAtMs) }], at);
  }

  /**
   * Checks that an attempt is left. Counts nothing.
   * @throws {ThrottleExceeded} throttle.exceeded
   */
  assertAllowed({ policy, subject }: Attempt, at: Instant): void {
    const { requestWindows, isOn } = this.#deps;
    if (!isOn) return;
    const window = requestWindows.read(`${policy.name} ${subject}`, policy.windowMs, Instant.epochMs(at));
    if (window === undefined) return;
    assertWithinLimits([{ policy, count: window.count + 1, resetsAt: Instant.fromEpochMs(window.resetsAtMs) }], at);
  }
}
