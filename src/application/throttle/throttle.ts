import type { Instant } from '../../domain/shared/instant.ts';
import { Secret } from '../../domain/shared/secret.ts';
import {
  assertWithinLimits,
  ThrottleExceeded,
  type ThrottlePolicy,
  type Usage,
} from '../../domain/throttle/throttle-policy.ts';
import type { AttemptCounters } from '../../ports/attempt-counters.ts';
import { PortError } from '../../ports/port-error.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { TokenHasher } from '../../ports/token-hasher.ts';
import type { Stores, UnitOfWork } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';

/** On whom a limit counts: an address, a network, or both. */
export type Attempt = Readonly<{ policy: ThrottlePolicy; subject: string }>;

/**
 * Slows guessing down. What costs us something is counted before it is done ({@link Throttle.admit}). A guess is counted
 * when we know that it is wrong ({@link Throttle.counting}), so that any number of people who are right may come at
 * once; what comes after the last one allowed is not told whether it was right.
 */
export class Throttle {
  readonly #deps: { unitOfWork: UnitOfWork; tokenHasher: TokenHasher; securityLog: SecurityLog; isOn: boolean };

  constructor(deps: { unitOfWork: UnitOfWork; tokenHasher: TokenHasher; securityLog: SecurityLog; isOn: boolean }) {
    this.#deps = deps;
  }

  /** @throws {ThrottleExceeded} throttle.exceeded */
  async admit(attempts: readonly Attempt[], at: Instant, client: Client): Promise<void> {
    if (this.#deps.isOn) await this.counting(attempts, at, client, async () => {});
  }

  /**
   * Counts nothing: before we take the trouble to find out whether a guess is right.
   * @throws {ThrottleExceeded} throttle.exceeded where no attempt is left
   */
  async assertAllowed(attempts: readonly Attempt[], at: Instant, client: Client): Promise<void> {
    if (!this.#deps.isOn) return;
    const keys = attempts.map((attempt) => this.keyOf(attempt));
    const counted = await this.#deps.unitOfWork.run((stores) => stores.attempts.read(keys, at));
    await this.#recording(client, async () => {
      const next = counted.map(({ count, resetsAt }) => ({ count: count + 1, resetsAt }));
      assertWithinLimits(usagesOf(attempts, next), at);
    });
  }

  /**
   * A unit of work that begins with counting. Past a limit nothing of it happens and nothing is counted, so that who is
   * refused by one limit uses up no other.
   * @throws {ThrottleExceeded} throttle.exceeded
   */
  counting<T>(
    attempts: readonly Attempt[],
    at: Instant,
    client: Client,
    work: (stores: Stores) => Promise<T>,
  ): Promise<T> {
    const { unitOfWork, isOn } = this.#deps;
    if (!isOn) return unitOfWork.run(work);
    const keys = attempts.map((attempt) => ({ key: this.keyOf(attempt), windowMs: attempt.policy.windowMs }));
    return this.#recording(client, () =>
      unitOfWork.run(async (stores) => {
        assertWithinLimits(usagesOf(attempts, await stores.attempts.count(keys, at)), at);
        return work(stores);
      }),
    );
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
        await this.#deps.unitOfWork.run(({ attempts: counters }) => counters.refund(keys));
      }
      throw error;
    }
  }

  /**
   * Counts one more on a limit that nobody is told of.
   * @returns whether there were too many before
   */
  async isExceeded(counters: AttemptCounters, attempt: Attempt, at: Instant): Promise<boolean> {
    if (!this.#deps.isOn) return false;
    const { policy } = attempt;
    const counted = await counters.count([{ key: this.keyOf(attempt), windowMs: policy.windowMs }], at);
    return counted.some(({ count }) => count > policy.limit);
  }

  /** What the counters call this attempt, for giving it back. */
  keyOf({ policy, subject }: Attempt): string {
    return `${policy.name}:${this.#deps.tokenHasher.hash(new Secret(subject))}`;
  }

  async #recording<T>({ ip, requestId }: Client, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ThrottleExceeded) {
        const event = error.policy.name.startsWith('login') ? 'authn_login_fail_max' : 'excess_rate_limit_exceeded';
        this.#deps.securityLog.record({ event, ip, requestId, detail: error.policy.name });
      }
      throw error;
    }
  }
}

const usagesOf = (attempts: readonly Attempt[], counted: readonly Omit<Usage, 'policy'>[]): Usage[] =>
  attempts.flatMap(({ policy }, index) => (counted[index] === undefined ? [] : { policy, ...counted[index] }));
