import { randomBytes, timingSafeEqual } from 'node:crypto';
import { invariant } from '../../../domain/shared/invariant.ts';
import type { Secret } from '../../../domain/shared/secret.ts';
import type { PasswordHash } from '../../../domain/user/password-hash.ts';
import type { HashingShare, PasswordHasher } from '../../../ports/password-hasher.ts';
import { type Argon2Engine, type Argon2EngineName, loadArgon2Engine } from './argon2-engine.ts';
import { ARGON2_DEFAULTS, type Argon2Params, isWeaker, isWithinLimits, workOf } from './argon2-params.ts';
import { FairQueue } from './fair-queue.ts';
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
 * Computes argon2id on the threads of libuv's pool, which files and DNS look-ups share: hashes that occupy all threads
 * would delay everything else for seconds. So the number of concurrent hashes is limited, a bounded number waits, and
 * the threads run at low priority.
 */
export class Argon2PasswordHasher implements PasswordHasher, HashingStatistics {
  readonly #params: Argon2Params;
  readonly #queue: FairQueue;
  /** The most expensive parameters of a stored hash. A failed verification does the work of these. */
  #mostExpensive: Argon2Params;
  /** Compared where there is no hash, in the same steps. No password matches it. */
  #decoy: PasswordHash;
  readonly #engine: Argon2Engine;
  #isPoolLowered = false;

  /**
   * @param settings.engine the library that computes; default: auto
   * @param settings.concurrency maximum number of concurrent hashes: at most the number of cores, and below
   *   UV_THREADPOOL_SIZE (4)
   * @param settings.queue maximum number of waiting hashes
   * @throws {Error} the library cannot be loaded
   */
  constructor(settings: {
    engine?: Argon2Engine | Argon2EngineName;
    params?: Argon2Params;
    concurrency: number;
    queue: number;
  }) {
    const { engine = 'auto', params = ARGON2_DEFAULTS, concurrency, queue } = settings;
    invariant(isWithinLimits(params), `argon2 does not accept ${JSON.stringify(params)}`);
    this.#engine = typeof engine === 'string' ? loadArgon2Engine(engine) : engine;
    this.#params = params;
    this.#queue = new FairQueue({ concurrency, maxWaiting: queue });
    this.#mostExpensive = params;
    this.#decoy = decoyOf(params);
  }

  get active(): number {
    return this.#queue.active;
  }

  get waiting(): number {
    return this.#queue.waiting;
  }

  hash(password: Secret, share?: HashingShare): Promise<PasswordHash> {
    return this.#queue.run(async () => {
      const salt = randomBytes(SALT_BYTES);
      return Phc.encode(this.#params, salt, await this.#derive(password, this.#params, salt));
    }, share);
  }

  verify(stored: PasswordHash | null, password: Secret, share?: HashingShare): Promise<boolean> {
    return this.#queue.run(async () => {
      const real = stored === null ? undefined : Phc.read(stored);
      const phc = real ?? (Phc.read(this.#decoy) as Phc);
      this.#expect(phc.params);
      const isEqual = await this.#matches(phc, password);
      // Ill-formed text is encoded as U+FFFD, and would match a password that contains that character.
      const isMatch = isEqual && password.reveal().isWellFormed() && real !== undefined;
      if (!isMatch) await this.#spendRemainingWork(phc.params, password);
      return isMatch;
    }, share);
  }

  expectParameters(parameters: string): void {
    const params = Phc.readParams(parameters);
    if (params !== undefined) this.#expect(params);
  }

  #expect(params: Argon2Params): void {
    if (workOf(params) <= workOf(this.#mostExpensive)) return;
    this.#mostExpensive = params;
    this.#decoy = decoyOf(params);
  }

  isOutdated(stored: PasswordHash): boolean {
    const phc = Phc.read(stored);
    return phc === undefined || isWeaker(phc.params, this.#params);
  }

  // A cheaper hash is verified faster than an unknown address, and the difference would reveal that the account exists.
  async #spendRemainingWork(spent: Argon2Params, password: Secret): Promise<void> {
    const { timeCost, parallelism } = this.#mostExpensive;
    const memoryKib = Math.round((workOf(this.#mostExpensive) - workOf(spent)) / timeCost);
    const remaining = { memoryKib, timeCost, parallelism };
    if (isWithinLimits(remaining)) await this.#derive(password, remaining, randomBytes(SALT_BYTES));
  }

  async #matches({ params, salt, hash }: Phc, password: Secret): Promise<boolean> {
    return timingSafeEqual(await this.#derive(password, params, salt, hash.length), hash);
  }

  async #derive(password: Secret, params: Argon2Params, salt: Buffer, hashBytes = HASH_BYTES): Promise<Buffer> {
    const bytes = this.#engine({ password: Buffer.from(password.reveal(), 'utf8'), salt, params, hashBytes });
    // The pool starts its threads with the first task.
    if (!this.#isPoolLowered) lowerPoolPriority();
    this.#isPoolLowered = true;
    return bytes;
  }
}

const decoyOf = (params: Argon2Params): PasswordHash =>
  Phc.encode(params, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
