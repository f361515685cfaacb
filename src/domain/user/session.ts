import { MAX_CLOCK_SKEW_MS } from '../shared/clock-skew.ts';
import { Instant } from '../shared/instant.ts';
import { invariant } from '../shared/invariant.ts';
import type { SessionId } from './session-id.ts';
import type { TokenHash } from './token-hash.ts';
import type { UserId } from './user-id.ts';

/** Lifetime of a session. Unit: milliseconds. */
export type SessionLimits = Readonly<{
  /** Maximum time between two requests. */
  idleMs: number;
  /** Maximum lifetime, whatever its use. */
  ttlMs: number;
}>;

export type SessionSnapshot = Readonly<{
  id: SessionId;
  userId: UserId;
  tokenHash: TokenHash;
  createdAt: Instant;
  lastSeenAt: Instant;
  /** End of the time after the last proof of the password; `null`: there was none since the log-in of an earlier version. */
  elevatedUntil: Instant | null;
  ip: string;
  userAgent: string;
}>;

/** Updating at each request would make every read a write; a minute is exact enough for a limit of days. */
const TOUCH_INTERVAL_MS = 60_000;
const MAX_USER_AGENT_LENGTH = 200;

/**
 * One logged-in device. Begins at a login and is kept alive by use. Ends by logout, by idleness, by age, or when the
 * user's password changes, unless it makes that change. The token authenticates its bearer; only its hash is stored.
 */
export class Session {
  readonly #state: SessionSnapshot;

  private constructor(state: SessionSnapshot) {
    invariant(state.createdAt <= state.lastSeenAt, `Session ${state.id} was seen before it began`);
    this.#state = state;
  }

  /** @param input.stepUpTtlMs time for which the log-in counts as a step-up, in milliseconds */
  static open(
    input: Omit<SessionSnapshot, 'createdAt' | 'lastSeenAt' | 'elevatedUntil'> & { at: Instant; stepUpTtlMs: number },
  ): Session {
    const { at, userAgent, stepUpTtlMs, ...rest } = input;
    return new Session({
      ...rest,
      userAgent: userAgent.slice(0, MAX_USER_AGENT_LENGTH),
      createdAt: at,
      lastSeenAt: at,
      elevatedUntil: Instant.plusMs(at, stepUpTtlMs),
    });
  }

  /** Restores a stored session. For stores only. */
  static fromSnapshot(snapshot: SessionSnapshot): Session {
    return new Session(snapshot);
  }

  get id(): SessionId {
    return this.#state.id;
  }

  get userId(): UserId {
    return this.#state.userId;
  }

  /** Half-open: live before the limit, ended at it. A session that a clock that was ahead has begun is not live. */
  isLive(at: Instant, { idleMs, ttlMs }: SessionLimits): boolean {
    const now = Instant.epochMs(at);
    const ageMs = now - Instant.epochMs(this.#state.createdAt);
    return now - Instant.epochMs(this.#state.lastSeenAt) < idleMs && ageMs < ttlMs && ageMs >= -MAX_CLOCK_SKEW_MS;
  }

  get elevatedUntil(): Instant | null {
    return this.#state.elevatedUntil;
  }

  /** Whether `lastSeenAt` is due for an update. */
  needsTouch(at: Instant, { idleMs }: SessionLimits): boolean {
    const idleForMs = Instant.msBetween(this.#state.lastSeenAt, at);
    return idleForMs >= Math.min(TOUCH_INTERVAL_MS, idleMs / 10) || idleForMs < -MAX_CLOCK_SKEW_MS;
  }

  toSnapshot(): SessionSnapshot {
    return this.#state;
  }
}
