import type Database from 'better-sqlite3';

/**
 * The questions of one turn of the event loop, asked in one transaction: to begin and end one for each takes longer than
 * most answers. None of them sees less than it would by itself, because every request of the turn had arrived before
 * the first of them was asked; who writes meanwhile lets go of it first. A question that is alone in its turn
 * is asked by itself.
 */
export class TurnSnapshot {
  readonly #reader: Database.Database;
  readonly #begin: Database.Statement<[]>;
  readonly #end: Database.Statement<[]>;
  readonly #endOfTurn = (): void => {
    this.letGo();
    this.#questions = 0;
  };
  #questions = 0;

  /** @param reader a connection that only reads */
  constructor(reader: Database.Database) {
    this.#reader = reader;
    this.#begin = reader.prepare<[]>('begin');
    this.#end = reader.prepare<[]>('commit');
  }

  /** To be called before each question. */
  join(): void {
    this.#questions += 1;
    if (this.#questions === 1) setImmediate(this.#endOfTurn);
    else if (!this.#reader.inTransaction) this.#begin.run();
  }

  /** From here on questions see what is committed now. */
  letGo(): void {
    if (this.#reader.open && this.#reader.inTransaction) this.#end.run();
  }
}
