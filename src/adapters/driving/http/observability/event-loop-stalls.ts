/** Interval of the check. Unit: ms. */
const INTERVAL_MS = 500;

/** Shortest pause that counts as a stall. Unit: ms. */
const STALL_MS = 1_000;

/** Time after a stall in which it still has effects: Node looks for late requests once a second. Unit: ms. */
const AFTERMATH_MS = 2_000;

/**
 * Detects stalls of the event loop: the process was stopped, starved, or busy with one long task. What arrives meanwhile
 * is not read, and its senders look slow without being so.
 */
export class EventLoopStallDetector {
  readonly #interval: NodeJS.Timeout;
  #lastCheckMs = performance.now();
  #lastStallMs = Number.NEGATIVE_INFINITY;

  constructor() {
    this.#interval = setInterval(() => {
      this.#check();
      this.#lastCheckMs = performance.now();
    }, INTERVAL_MS).unref();
  }

  /** Whether there was a stall a moment ago. */
  get hasStalled(): boolean {
    this.#check();
    return performance.now() - this.#lastStallMs < AFTERMATH_MS;
  }

  stop(): void {
    clearInterval(this.#interval);
  }

  #check(): void {
    const now = performance.now();
    if (now - this.#lastCheckMs > INTERVAL_MS + STALL_MS) this.#lastStallMs = now;
  }
}
