import { MAX_CLOCK_SKEW_MS } from '../../../domain/shared/clock-skew.ts';
import type { RequestWindows } from '../../../ports/request-windows.ts';

/** Beyond this the oldest windows are dropped. About 10 MB. */
const MAX_SUBJECTS = 100_000;

type Window = { count: number; resetsAtMs: number };

export class ProcessWindows implements RequestWindows {
  readonly #windows = new Map<string, Window>();
  readonly #maxSubjects: number;

  constructor({ maxSubjects = MAX_SUBJECTS } = {}) {
    this.#maxSubjects = maxSubjects;
  }

  read(subject: string, windowMs: number, nowMs: number): Readonly<Window> | undefined {
    return this.#current(subject, windowMs, nowMs);
  }

  count(subject: string, windowMs: number, nowMs: number): Readonly<Window> {
    const current = this.#current(subject, windowMs, nowMs);
    if (current !== undefined) {
      current.count += 1;
      return current;
    }
    // Deleted and added again, so that the map is ordered by age.
    this.#windows.delete(subject);
    if (this.#windows.size >= this.#maxSubjects) this.#drop(nowMs);
    const window = { count: 1, resetsAtMs: nowMs + windowMs };
    this.#windows.set(subject, window);
    return window;
  }

  #current(subject: string, windowMs: number, nowMs: number): Window | undefined {
    const window = this.#windows.get(subject);
    const latestEndMs = nowMs + windowMs + MAX_CLOCK_SKEW_MS;
    return window !== undefined && nowMs < window.resetsAtMs && window.resetsAtMs <= latestEndMs ? window : undefined;
  }

  /** Drops the windows that have ended, and at least the oldest one. */
  #drop(nowMs: number): void {
    for (const [subject, { resetsAtMs }] of this.#windows) {
      if (resetsAtMs > nowMs && this.#windows.size < this.#maxSubjects) return;
      this.#windows.delete(subject);
    }
  }
}
