import assert from 'node:assert/strict';
import type { AppDriver, UserRecord, Visit } from './app-driver.ts';

/** More than any scenario fills. A list that never ends must fail, not hang: no timer runs while memory answers. */
const MOST_PAGES = 50;

/** Somebody who leafs through the list of users, page by page. */
export class ListReader {
  readonly #app: () => AppDriver;
  #pages: readonly (readonly UserRecord[])[] = [];
  #next: string | undefined;

  constructor(app: () => AppDriver) {
    this.#app = app;
  }

  async open(reader: Visit, wish: { limit: number; email?: string }): Promise<void> {
    this.#pages = [];
    await this.#turn(reader, wish);
  }

  async readOn(reader: Visit, limit: number): Promise<void> {
    while (this.#next !== undefined) await this.#turn(reader, { limit, next: this.#next });
  }

  async readAll(reader: Visit, wish: { limit: number; email?: string }): Promise<void> {
    await this.open(reader, wish);
    await this.readOn(reader, wish.limit);
  }

  get pages(): number {
    return this.#pages.length;
  }

  /** Everybody who was shown, in that order. */
  get shown(): readonly UserRecord[] {
    return this.#pages.flat();
  }

  get addresses(): readonly string[] {
    return this.shown.map(({ email }) => email);
  }

  async #turn(reader: Visit, wish: { limit: number; next?: string; email?: string }): Promise<void> {
    const { users, next } = await this.#app().listUsers(reader, wish);
    this.#pages = [...this.#pages, users];
    assert.ok(this.#pages.length < MOST_PAGES, 'The list does not end');
    this.#next = next;
  }
}
