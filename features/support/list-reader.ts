import assert from 'node:assert/strict';
import type { AppDriver, Origin, UserRecord } from './app-driver.ts';

/** More than any scenario fills. A list that never ends must fail, not hang: no timer runs while memory answers. */
const MAX_PAGES = 50;

/** Reads the list of users page by page. */
export class ListReader {
  readonly #app: () => AppDriver;
  #pages: readonly (readonly UserRecord[])[] = [];
  #next: string | undefined;

  constructor(app: () => AppDriver) {
    this.#app = app;
  }

  async open(reader: Origin, query: { limit: number; email?: string }): Promise<void> {
    this.#pages = [];
    await this.#turn(reader, query);
  }

  async readOn(reader: Origin, limit: number): Promise<void> {
    while (this.#next !== undefined) await this.#turn(reader, { limit, next: this.#next });
  }

  async readAll(reader: Origin, query: { limit: number; email?: string }): Promise<void> {
    await this.open(reader, query);
    await this.readOn(reader, query.limit);
  }

  get pages(): number {
    return this.#pages.length;
  }

  /** All listed users in order. */
  get shown(): readonly UserRecord[] {
    return this.#pages.flat();
  }

  get addresses(): readonly string[] {
    return this.shown.map(({ email }) => email);
  }

  async #turn(reader: Origin, query: { limit: number; next?: string; email?: string }): Promise<void> {
    const { users, next } = await this.#app().listUsers(reader, query);
    this.#pages = [...this.#pages, users];
    assert.ok(this.#pages.length < MAX_PAGES, 'The list does not end');
    this.#next = next;
  }
}
