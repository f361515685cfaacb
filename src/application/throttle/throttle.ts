import type { Instant } from '../../domain/shared/instant.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { mustBeWithin, ThrottleExceeded, type ThrottlePolicy } from '../../domain/throttle/throttle-policy.ts';
import type { AttemptCounters } from '../../ports/attempt-counters.ts';
import { PortError } from '../../ports/port-error.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { TokenHasher } from '../../ports/token-hasher.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';

/** On whom a limit counts: an address, a network, or both. */
export type Attempt = Readonly<{ policy: ThrottlePolicy; subject: string }>;

/**
 * Slows guessing down. An attempt is counted before it is looked at, so that a hundred at once are a hundred; who
 * turns out to be right gets it back.
 */
export class Throttle {
  readonly #deps: { unitOfWork: UnitOfWork; tokenHasher: TokenHasher; securityLog: SecurityLog; isOn: boolean };

  constructor(deps: { unitOfWork: UnitOfWork; tokenHasher: TokenHasher; securityLog: SecurityLog; isOn: boolean }) {
    this.#deps = deps;
  }

  /** @throws {ThrottleExceeded} throttle.exceeded */
  async admit(attempts: readonly Attempt[], at: Instant, client: Client): Promise<void> {
    if (!this.#deps.isOn) return;
    const keys = attempts.map((attempt) => ({ key: this.keyOf(attempt), windowMs: attempt.policy.windowMs }));
    const counted = await this.#deps.unitOfWork.run(async ({ attempts: counters }) => {
      const narrowest = await counters.count(keys.slice(0, 1), at);
      // Who is refused by the narrowest limit is not looked at, and must not use up the wider ones for everybody else.
      const isRefused = narrowest.some(({ count }, index) => count > (attempts[index]?.policy.limit ?? 0));
      return isRefused ? narrowest : [...narrowest, ...(await counters.count(keys.slice(1), at))];
    });
    try {
      mustBeWithin(
        attempts.flatMap(({ policy }, index) => (counted[index] === undefined ? [] : { policy, ...counted[index] })),
        at,
      );
    } catch (error) {
      if (error instanceof ThrottleExceeded) this.#record(error, client);
      throw error;
    }
  }

  /**
   * Looks at what was admitted. Where we are too busy to look, nobody was right or wrong, and the attempt is given back:
   * a rush must not lock out those who keep trying.
   * @throws {PortError} hashing.busy
   */
  async lookAt<T>(attempts: readonly Attempt[], look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      if (this.#deps.isOn && error instanceof PortError && error.code === 'hashing.busy') {
        const keys = attempts.map((attempt) => this.keyOf(attempt));
        await this.#deps.unitOfWork.run(({ attempts: counters }) => counters.takeBack(keys));
      }
      throw error;
    }
  }

  /**
   * Counts one more on a limit that nobody is told of.
   * @returns whether there were too many before
   */
  async isUsedUp(counters: AttemptCounters, attempt: Attempt, at: Instant): Promise<boolean> {
    if (!this.#deps.isOn) return false;
    const { policy } = attempt;
    const counted = await counters.count([{ key: this.keyOf(attempt), windowMs: policy.windowMs }], at);
    return counted.some(({ count }) => count > policy.limit);
  }

  /** What the counters call this attempt, for giving it back. */
  keyOf({ policy, subject }: Attempt): string {
    return `${policy.name}:${this.#deps.tokenHasher.hash(new Secret(subject))}`;
  }

  #record(error: ThrottleExceeded, { ip, requestId }: Client): void {
    const event = error.policy.name.startsWith('login') ? 'authn_login_fail_max' : 'excess_rate_limit_exceeded';
    this.#deps.securityLog.record({ event, ip, requestId, detail: error.policy.name });
  }
}
