/** How often it is looked whether we run. Unit: ms. */
const ROUND_MS = 500;

/** A pause that others notice. Unit: ms. */
const STALL_MS = 1_000;

/** How long after a pause its victims are still met: Node looks for late requests once a second. Unit: ms. */
const AFTERMATH_MS = 2_000;

/**
 * Notices that the process stood still: stopped, starved, or busy with one long thing. What came meanwhile lies unread,
 * and its senders look slow without being so.
 */
export class EventLoopStallDetector {
  readonly #rounds: NodeJS.Timeout;
  #lastRoundMs = performance.now();
  #stalledMs = Number.NEGATIVE_INFINITY;

  constructor() {
    this.#rounds = setInterval(() => this.#look(), ROUND_MS).unref();
  }

  /** Did we stand still a moment ago? */
  get isFresh(): boolean {
    this.#look(false);
    return performance.now() - this.#stalledMs < AFTERMATH_MS;
  }

  stop(): void {
    clearInterval(this.#rounds);
  }

  #look(isRound = true): void {
    const now = performance.now();
    if (now - this.#lastRoundMs > ROUND_MS + STALL_MS) this.#stalledMs = now;
    if (isRound) this.#lastRoundMs = now;
  }
}
