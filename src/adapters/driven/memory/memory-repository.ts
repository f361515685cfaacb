import type { MemoryTables } from './memory-tables.ts';

/** A repository over the tables of a unit of work, or over those that are committed. */
export abstract class MemoryRepository {
  readonly #current: () => MemoryTables;

  /** @param current called for each access, because a commit replaces the tables */
  constructor(current: () => MemoryTables) {
    this.#current = current;
  }

  protected get tables(): MemoryTables {
    return this.#current();
  }
}
