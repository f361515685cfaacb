import { Instant } from '../../domain/shared/instant.ts';
import { assertWithinLimits, type Usage } from '../../domain/throttle/throttle-policy.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Client } from '../client.ts';
import { type Attempt, recordReached } from './throttle.ts';

type Deps = Pick<Ports, 'unitOfWork' | 'idGenerator' | 'requestWindows' | 'securityLog'> & { isOn: boolean };

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
  count(attempt: Attempt, at: Instant, client: Client): void {
    const usage = this.#count(attempt, at, client);
    if (usage !== undefined) assertWithinLimits([usage], at);
  }

  /**
   * Counts one guess. The first rejection in a window is in the audit log.
   * @throws {ThrottleExceeded} throttle.exceeded
   */
  async countGuess(attempt: Attempt, at: Instant, client: Client): Promise<void> {
    const usage = this.#count(attempt, at, client);
    if (usage === undefined) return;
    if (usage.count === attempt.policy.limit + 1) {
      await this.#deps.unitOfWork.run((stores) => recordReached(this.#deps, stores, [attempt], [usage], at, client));
    }
    assertWithinLimits([usage], at);
  }

  #count({ policy, subject }: Attempt, at: Instant, client: Client): Usage | undefined {
    const { requestWindows, securityLog, isOn } = this.#deps;
    if (!isOn) return undefined;
    const key = `${policy.name} ${subject}`;
    const { count, resetsAtMs } = requestWindows.count(key, policy.windowMs, Instant.epochMs(at));
    // Once per window, so that a flood of requests is not a flood of log lines.
    if (count === policy.limit + 1) {
      securityLog.record({ event: 'excess_rate_limit_exceeded', client, detail: policy.name });
    }
    return { policy, count, resetsAt: Instant.fromEpochMs(resetsAtMs) };
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
