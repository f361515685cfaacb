import { hash } from 'node:crypto';

/** Statements kept ready. We have fewer than this; the bound is for what we did not foresee. */
const MOST = 500;

/**
 * What a server that does not know a statement under its name says, that it knows another, or that its tables have
 * changed since.
 */
const LOST_NAMES = new Set(['26000', '42P05', '0A000']);

/**
 * Names for statements, so that a connection reads and plans each but once. A name follows from the text alone, so that
 * behind a pooler, which lends a connection to one after the other, it means the same to everybody. Where a name is not
 * known there, nothing has run; from then on nothing is named.
 */
export class PreparedStatements {
  readonly #names = new Map<string, string>();
  #areKept = true;

  /** @returns `undefined`: to be sent as it is */
  nameOf(sql: string): string | undefined {
    if (!this.#areKept) return undefined;
    const known = this.#names.get(sql);
    if (known !== undefined || this.#names.size === MOST) return known;
    const name = `guildhall_${hash('sha256', sql, 'base64url').slice(0, 22)}`;
    this.#names.set(sql, name);
    return name;
  }

  /** Was it the name of a named one that was refused, and not what was asked? Then nothing is named any more. */
  areLostBy(error: unknown): boolean {
    const isLost = LOST_NAMES.has(String((error as { code?: unknown } | null)?.code));
    if (isLost) this.#areKept = false;
    return isLost;
  }
}
