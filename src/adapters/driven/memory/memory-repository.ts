import type { MemoryTables } from './memory-tables.ts';

/** A repository over the draft of a unit of work, or over the stored tables. */
export abstract class MemoryRepository {
  protected readonly tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.tables = tables;
  }
}
