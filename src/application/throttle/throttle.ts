import { Instant } from '../../domain/shared/instant.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { assertWithinLimits, ThrottleExceeded, type ThrottlePolicy } from '../../domain/throttle/throttle-policy.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { AttemptCount, AttemptKey } from '../../ports/attempt-counters.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { ANONYMOUS, recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';

/**
 * An attempt on a limit. `subject`: the address, the network, or both, that the limit counts. `userId`: of the account
 * that the limit is on. `rejects`: false where the attempt counts for others on the limit, and is not stopped by it.
 */
export type Attempt = Readonly<{ policy: ThrottlePolicy; subject: string; userId?: UserId; rejects?: false }>;

type Deps = Pick<Ports, 'unitOfWork' | 'idGenerator' | 'tokenHasher' | 'securityLog'> & { isOn: boolean };

/**
 * Limits attempts. Costly work is counted before it is done. A guess is checked first ({@link Throttle.assertAllowed})
 * and counted when it is known to be wrong, so that any number of right ones may run at once. Past the limit the response
 * does not reveal whether a guess was right.
 *
 * The first rejection in a window of a limit on guesses is in the audit log. The later ones write nothing.
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
    await this.#limited(attempts, at, client, async (assertWithin) => assertWithin(next));
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
   * @param work gets the counts, in the order of `attempts`; none while the throttle is off
   * @param lock what is locked before it is counted: the account, as everywhere, to avoid deadlocks
   * @throws {ThrottleExceeded} throttle.exceeded
   */
  countThen<T, Locked = undefined>(
    attempts: readonly Attempt[],
    at: Instant,
    client: Client,
    work: (stores: Stores, locked: Locked, counts: readonly AttemptCount[]) => Promise<T>,
    lock: (stores: Stores) => Promise<Locked> = async () => undefined as Locked,
  ): Promise<T> {
    const { unitOfWork, isOn } = this.#deps;
    if (!isOn) return unitOfWork.run(async (stores) => work(stores, await lock(stores), []));
    return this.#limited(attempts, at, client, (assertWithin) =>
      unitOfWork.run(async (stores) => {
        const locked = await lock(stores);
        const counts = await this.#count(stores, attempts, at);
        assertWithin(counts);
        const result = await work(stores, locked, counts);
        await this.#recordPassed(stores, attempts, counts, at, client);
        return result;
      }),
    );
  }

  /**
   * Counts one attempt on a limit within a unit of work, which its rejection rolls back. Not for limits on guesses.
   * The unit may run again, so {@link logRejection} logs the rejection outside it.
   * @throws {ThrottleExceeded} throttle.exceeded
   */
  async countWithin(stores: Stores, attempt: Attempt, at: Instant): Promise<void> {
    if (this.#deps.isOn) assertWithin([attempt], await this.#count(stores, [attempt], at), at);
  }

  /**
   * Logs that a limit has rejected `work`.
   * @throws {ThrottleExceeded} throttle.exceeded, and what else `work` throws
   */
  async logRejection<T>(client: Client, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ThrottleExceeded)) throw error;
      const { name } = error.policy;
      const event = name.startsWith('login') ? 'authn_login_fail_max' : 'excess_rate_limit_exceeded';
      this.#deps.securityLog.record({ event, client, detail: name });
      throw error;
    }
  }

  /** Counts one attempt on a limit that must not show in the response. @returns whether the limit is exceeded */
  async isExceeded(stores: Stores, attempt: Attempt, at: Instant, client?: Client): Promise<boolean> {
    return (await this.countAndCompare(stores, attempt, at, client)) < 0;
  }

  /** Locks limits in the order in which {@link countThen} does, before a unit of work that changes them one by one. */
  async lock(stores: Stores, attempts: readonly Attempt[]): Promise<void> {
    if (this.#deps.isOn) await stores.attempts.lock(this.#keys(attempts));
  }

  /**
   * Counts one attempt on a limit that must not show in the response.
   * @param counted its count, where the unit of work has counted it with others
   * @returns the number of attempts that are left; below zero the limit is exceeded
   */
  async countAndCompare(
    stores: Stores,
    attempt: Attempt,
    at: Instant,
    client?: Client,
    counted?: AttemptCount,
  ): Promise<number> {
    if (!this.#deps.isOn) return Number.POSITIVE_INFINITY;
    const counts = counted === undefined ? await this.#count(stores, [attempt], at) : [counted];
    await recordReached(this.#deps, stores, [attempt], counts, at, client);
    return attempt.policy.limit - Math.max(...counts.map(({ count }) => count));
  }

  /** Whether no attempt is left. Counts nothing. */
  async isUsedUp(stores: Stores, attempt: Attempt, at: Instant): Promise<boolean> {
    if (!this.#deps.isOn) return false;
    const counts = await stores.attempts.read(this.#windows([attempt]), at);
    return counts.some(({ count }) => count >= attempt.policy.limit);
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

  async #limited<T>(
    attempts: readonly Attempt[],
    at: Instant,
    client: Client,
    work: (assertWithin: (counts: readonly AttemptCount[]) => void) => Promise<T>,
  ): Promise<T> {
    let reached: readonly Attempt[] = [];
    try {
      return await this.logRejection(client, () =>
        work((counts) => {
          reached = reachedNow(attempts, counts).filter(({ rejects = true }) => rejects);
          assertWithin(attempts, counts, at);
        }),
      );
    } catch (error) {
      if (error instanceof ThrottleExceeded && reached.length > 0) await this.#recordReached(reached, at, client);
      throw error;
    }
  }

  /** Records the limits that an attempt has passed without being rejected, unless it has been taken back. */
  async #recordPassed(
    stores: Stores,
    attempts: readonly Attempt[],
    counts: readonly AttemptCount[],
    at: Instant,
    client: Client,
  ): Promise<void> {
    const passed = reachedNow(attempts, counts).filter(({ rejects }) => rejects === false);
    if (passed.length === 0) return;
    const kept = await stores.attempts.read(this.#windows(passed), at);
    await recordReached(this.#deps, stores, passed, kept, at, client);
  }

  /** Counts this attempt in spite of its rejection: from a count past the limit the next ones see that it is recorded. */
  #recordReached(attempts: readonly Attempt[], at: Instant, client: Client): Promise<void> {
    return this.#deps.unitOfWork.run(async (stores) =>
      recordReached(this.#deps, stores, attempts, await this.#count(stores, attempts, at), at, client),
    );
  }
}

/** The attempts that are the first past a limit on guesses. */
const reachedNow = (attempts: readonly Attempt[], counts: readonly AttemptCount[]): readonly Attempt[] =>
  attempts.filter(({ policy }, index) => policy.onGuesses && counts[index]?.count === policy.limit + 1);

/** Writes one audit entry for each limit on guesses that these attempts are the first to pass, and counts it for the day. */
export const recordReached = async (
  deps: Pick<Ports, 'idGenerator'>,
  stores: Stores,
  attempts: readonly Attempt[],
  counts: readonly AttemptCount[],
  at: Instant,
  client: Client | undefined,
): Promise<void> => {
  const reached = reachedNow(attempts, counts);
  for (const { policy, userId } of reached) {
    await recordAudit(deps, stores, {
      caller: ANONYMOUS,
      client,
      action: 'limit.reached',
      subject: { kind: 'limit', id: policy.name },
      changes: [
        { field: 'limit', after: policy.limit },
        ...(userId === undefined ? [] : [{ field: 'user_id', after: userId }]),
      ],
      at,
    });
  }
  if (reached.length === 0) return;
  await stores.dailyCounts.add([{ day: Instant.formatDay(at), name: 'limit.reached', count: reached.length }]);
};

const assertWithin = (attempts: readonly Attempt[], counts: readonly AttemptCount[], at: Instant): void =>
  assertWithinLimits(
    attempts.flatMap(({ policy, rejects }, index) =>
      counts[index] === undefined || rejects === false ? [] : { policy, ...counts[index] },
    ),
    at,
  );
