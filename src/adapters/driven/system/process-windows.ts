import type { RequestWindows } from '../../../ports/request-windows.ts';

/** Who comes from more places than this at once is a flood; then the oldest windows are forgotten. About 10 MB. */
const MOST_SUBJECTS = 100_000;

type Window = { count: number; resetsAtMs: number };

export class ProcessWindows implements RequestWindows {
  readonly #windows = new Map<string, Window>();
  readonly #mostSubjects: number;

  constructor({ mostSubjects = MOST_SUBJECTS } = {}) {
    this.#mostSubjects = mostSubjects;
  }

  count(subject: string, windowMs: number, nowMs: number): Readonly<Window> {
    const known = this.#windows.get(subject);
    if (known !== undefined && nowMs < known.resetsAtMs) {
      known.count += 1;
      return known;
    }
    // Taken out and put in again at the end, so that the oldest window is always the first.
    this.#windows.delete(subject);
    if (this.#windows.size >= this.#mostSubjects) this.#forget(nowMs);
    const fresh = { count: 1, resetsAtMs: nowMs + windowMs };
    this.#windows.set(subject, fresh);
    return fresh;
  }

  /** Those that have ended, and in any case the oldest one. */
  #forget(nowMs: number): void {
    for (const [subject, { resetsAtMs }] of this.#windows) {
      if (resetsAtMs > nowMs && this.#windows.size < this.#mostSubjects) return;
      this.#windows.delete(subject);
    }
  }
}
