import type { Instant } from '../../domain/shared/instant.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { assertWithinLimits, ThrottleExceeded, type ThrottlePolicy } from '../../domain/throttle/throttle-policy.ts';
import type { AttemptCount, AttemptKey } from '../../ports/attempt-counters.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';

/** An attempt on a limit. `subject`: the address, the network, or both, that the limit counts. */
export type Attempt = Readonly<{ policy: ThrottlePolicy; subject: string }>;

type Deps = Pick<Ports, 'unitOfWork' | 'tokenHasher' | 'securityLog'> & { isOn: boolean };

/**
 * Limits attempts. Costly work is counted before it is done. A guess is checked first ({@link Throttle.assertAllowed})
 * and counted when it is known to be wrong, so that any number of right ones may run at once. Past the limit the response
 * does not reveal whether a guess was right.
 */
export class Throttle {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Checks that each limit has an attempt left. Counts nothing.
   * @throws {ThrottleExceeded} throttle.exceeded
   */
  async assertAllowed(attempts: readonly Attempt[], at: Instant, client: Client): Promise<void> {
    if (!this.#deps.isOn) return;
    const keys = this.#windows(attempts);
    const counts = await this.#deps.unitOfWork.run((stores) => stores.attempts.read(keys, at));
    const next = counts.map(({ count, resetsAt }) => ({ count: count + 1, resetsAt }));
    await this.#logged(client, async () => assertWithin(attempts, next, at));
  }

  /**
   * Counts one attempt on each limit, before work that is costly.
   * @throws {ThrottleExceeded} throttle.exceeded
   */
  async count(attempts: readonly Attempt[], at: Instant, client: Client): Promise<void> {
    if (this.#deps.isOn) await this.countThen(attempts, at, client, async () => {});
  }

  /**
   * Runs a unit of work that begins with counting. Past a limit it is rolled back, so that an attempt rejected by one
   * limit counts on no other.
   * @throws {ThrottleExceeded} throttle.exceeded
   */
  countThen<T>(attempts: readonly Attempt[], at: Instant, client: Client, work: (stores: Stores) => Promise<T>) {
    const { unitOfWork, isOn } = this.#deps;
    if (!isOn) return unitOfWork.run(work);
    return this.#logged(client, () =>
      unitOfWork.run(async (stores) => {
        assertWithin(attempts, await this.#count(stores, attempts, at), at);
        return work(stores);
      }),
    );
  }

  /** Counts one attempt on a limit that must not show in the response. @returns whether the limit is exceeded */
  async isExceeded(stores: Stores, attempt: Attempt, at: Instant): Promise<boolean> {
    if (!this.#deps.isOn) return false;
    const counts = await this.#count(stores, [attempt], at);
    return counts.some(({ count }) => count > attempt.policy.limit);
  }

  /** Takes one attempt back on each limit. */
  refund(stores: Stores, ...attempts: readonly Attempt[]): Promise<void> {
    return stores.attempts.refund(this.#keys(attempts));
  }

  /** Sets each limit back to no attempts. */
  reset(stores: Stores, ...attempts: readonly Attempt[]): Promise<void> {
    return stores.attempts.clear(this.#keys(attempts));
  }

  #count({ attempts: counters }: Stores, attempts: readonly Attempt[], at: Instant): Promise<readonly AttemptCount[]> {
    return counters.count(this.#windows(attempts), at);
  }

  #windows(attempts: readonly Attempt[]): AttemptKey[] {
    const keys = this.#keys(attempts);
    return attempts.map(({ policy }, index) => ({ key: keys[index] as string, windowMs: policy.windowMs }));
  }

  #keys(attempts: readonly Attempt[]): string[] {
    const { tokenHasher } = this.#deps;
    return attempts.map(({ policy, subject }) => `${policy.name}:${tokenHasher.hash(new Secret(subject))}`);
  }

  async #logged<T>(client: Client, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ThrottleExceeded) {
        const { name } = error.policy;
        const event = name.startsWith('login') ? 'authn_login_fail_max' : 'excess_rate_limit_exceeded';
        this.#deps.securityLog.record({ event, client, detail: name });
      }
      throw error;
    }
  }
}

const assertWithin = (attempts: readonly Attempt[], counts: readonly AttemptCount[], at: Instant): void =>
  assertWithinLimits(
    attempts.flatMap(({ policy }, index) => (counts[index] === undefined ? [] : { policy, ...counts[index] })),
    at,
  );
