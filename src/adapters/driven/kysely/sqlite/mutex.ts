/** One at a time, in the order they came. */
export class Mutex {
  #isTaken = false;
  readonly #waiting: (() => void)[] = [];

  async take(): Promise<void> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isTaken = true;
  }

  /** Only whoever took it may give it back. */
  giveBack(): void {
    const next = this.#waiting.shift();
    // It stays taken: nobody may slip in between this and the next one's awakening.
    if (next !== undefined) next();
    else this.#isTaken = false;
  }
}
