import { Instant } from '../shared/instant.ts';
import { invariant } from '../shared/invariant.ts';
import type { SessionId } from './session-id.ts';
import type { TokenHash } from './token-hash.ts';
import type { UserId } from './user-id.ts';

/** How long a session may live. Unit: milliseconds. */
export type SessionLimits = Readonly<{
  /** Longest pause between two requests. */
  idleMs: number;
  /** Longest life, however busy. */
  ttlMs: number;
}>;

export type SessionSnapshot = Readonly<{
  id: SessionId;
  userId: UserId;
  tokenHash: TokenHash;
  createdAt: Instant;
  lastSeenAt: Instant;
  ip: string;
  userAgent: string;
}>;

/** Writing each visit down would make every read a write; a minute is exact enough for a limit of days. */
const TOUCH_INTERVAL_MS = 60_000;
const MAX_USER_AGENT_LENGTH = 200;

/**
 * One signed-in device. It begins at a login, is kept alive by use, and ends by logout, by idleness, by age, or
 * when its owner's password changes. Whoever shows its token is its owner; we keep only the token's hash.
 */
export class Session {
  readonly #state: SessionSnapshot;

  private constructor(state: SessionSnapshot) {
    invariant(state.createdAt <= state.lastSeenAt, `Session ${state.id} was seen before it began`);
    this.#state = state;
  }

  static open(start: Omit<SessionSnapshot, 'createdAt' | 'lastSeenAt'> & { at: Instant }): Session {
    const { at, userAgent, ...rest } = start;
    return new Session({
      ...rest,
      userAgent: userAgent.slice(0, MAX_USER_AGENT_LENGTH),
      createdAt: at,
      lastSeenAt: at,
    });
  }

  /** For stores only. */
  static fromSnapshot(snapshot: SessionSnapshot): Session {
    return new Session(snapshot);
  }

  get id(): SessionId {
    return this.#state.id;
  }

  get userId(): UserId {
    return this.#state.userId;
  }

  /** Half-open: live before the limit, ended at it. */
  isLive(at: Instant, { idleMs, ttlMs }: SessionLimits): boolean {
    const now = Instant.epochMs(at);
    return (
      now - Instant.epochMs(this.#state.lastSeenAt) < idleMs && now - Instant.epochMs(this.#state.createdAt) < ttlMs
    );
  }

  /** Is it time to write down that it was seen? */
  needsTouch(at: Instant, { idleMs }: SessionLimits): boolean {
    return Instant.msBetween(this.#state.lastSeenAt, at) >= Math.min(TOUCH_INTERVAL_MS, idleMs / 10);
  }

  toSnapshot(): SessionSnapshot {
    return this.#state;
  }
}
