import { randomBytes, timingSafeEqual } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import { invariant } from '../../../domain/shared/invariant.ts';
import type { Secret } from '../../../domain/shared/secret.ts';
import type { PasswordHash } from '../../../domain/user/password-hash.ts';
import type { PasswordHasher } from '../../../ports/password-hasher.ts';
import { PortError } from '../../../ports/port-error.ts';
import type { Argon2Engine } from './argon2-engine.ts';
import { ARGON2_DEFAULTS, type Argon2Params, isBearable, isWeaker, workOf } from './argon2-params.ts';
import { lowerPoolPriority } from './low-priority.ts';
import { Phc } from './phc.ts';

export interface HashingStatistics {
  /** Number of hashes being computed. */
  readonly active: number;
  /** Number of hashes that wait. */
  readonly waiting: number;
}

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/**
 * argon2id on the threads of libuv's pool, which files and name lookups share: hashes that fill it make everything
 * else wait for seconds. So only a few run at a time, some wait their turn in order of arrival, the rest is turned
 * away; and those threads work when nothing else wants to.
 */
export class Argon2PasswordHasher implements PasswordHasher, HashingStatistics {
  readonly #params: Argon2Params;
  readonly #longestQueue: number;
  readonly #limit: LimitFunction;
  readonly #nobodys: PasswordHash;
  readonly #engine: Argon2Engine;
  #isPoolLowered = false;

  /**
   * @param settings.engine the library that computes
   * @param settings.concurrency hashes at a time: as many as cores, and fewer than UV_THREADPOOL_SIZE (4)
   * @param settings.queue hashes that may wait, besides those that run
   */
  constructor(settings: { engine: Argon2Engine; params?: Argon2Params; concurrency: number; queue: number }) {
    const { engine, params = ARGON2_DEFAULTS, concurrency, queue } = settings;
    invariant(isBearable(params), `argon2 cannot work with ${JSON.stringify(params)}`);
    this.#engine = engine;
    this.#params = params;
    this.#longestQueue = queue;
    this.#limit = pLimit(concurrency);
    // Random bytes instead of the hash of something: as slow to compare with, made in no time, and nobody's password.
    this.#nobodys = Phc.encode(params, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
  }

  get active(): number {
    return this.#limit.activeCount;
  }

  get waiting(): number {
    return this.#limit.pendingCount;
  }

  hash(password: Secret): Promise<PasswordHash> {
    return this.#inTurn(async () => {
      const salt = randomBytes(SALT_BYTES);
      return Phc.encode(this.#params, salt, await this.#derive(password, this.#params, salt));
    });
  }

  verify(stored: PasswordHash | null, password: Secret): Promise<boolean> {
    return this.#inTurn(async () => {
      const madeWith = stored === null ? undefined : Phc.read(stored);
      if (madeWith === undefined) {
        await this.#isMadeFrom(Phc.read(this.#nobodys) as Phc, password);
        return false;
      }
      // Ill-formed text turns into U+FFFD on its way to bytes, and would then equal what it is not.
      const isRight = (await this.#isMadeFrom(madeWith, password)) && password.reveal().isWellFormed();
      if (!isRight) await this.#makeUpFor(madeWith.params, password);
      return isRight;
    });
  }

  isOutdated(stored: PasswordHash): boolean {
    const madeWith = Phc.read(stored);
    return madeWith === undefined || isWeaker(madeWith.params, this.#params);
  }

  // An old hash is checked faster than nobody's, and the difference would tell that the address has an account.
  async #makeUpFor(madeWith: Argon2Params, password: Secret): Promise<void> {
    const { timeCost, parallelism } = this.#params;
    const memoryKib = Math.round((workOf(this.#params) - workOf(madeWith)) / timeCost);
    const rest = { memoryKib, timeCost, parallelism };
    if (isBearable(rest)) await this.#derive(password, rest, randomBytes(SALT_BYTES));
  }

  async #isMadeFrom({ params, salt, hash }: Phc, password: Secret): Promise<boolean> {
    return timingSafeEqual(await this.#derive(password, params, salt, hash.length), hash);
  }

  async #derive(password: Secret, params: Argon2Params, salt: Buffer, hashBytes = HASH_BYTES): Promise<Buffer> {
    const made = this.#engine({ typed: Buffer.from(password.reveal(), 'utf8'), salt, params, hashBytes });
    // The pool has threads only once there is work for it.
    if (!this.#isPoolLowered) lowerPoolPriority();
    this.#isPoolLowered = true;
    return made;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.active === this.#limit.concurrency && this.waiting >= this.#longestQueue) {
      throw new PortError('hashing.busy', `${this.active} hashes run and ${this.waiting} wait already`);
    }
    return this.#limit(work);
  }
}
