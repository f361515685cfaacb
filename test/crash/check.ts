import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import { type Ledger, REGISTERED } from './acknowledged-writes.ts';

export type Verdict = Readonly<{ rows: number; unacknowledged: number }>;

/**
 * Looks into the file with a connection of its own.
 * @returns how many rows the clients have made, and of how many they never heard
 * @throws {AssertionError} where an acknowledged write is missing, a letter is lost or the file is damaged
 */
export const examine = (path: string, ledger: Ledger): Verdict => {
  const database = new Database(path);
  try {
    assert.deepEqual(database.pragma('integrity_check'), [{ integrity_check: 'ok' }]);
    assert.deepEqual(database.pragma('foreign_key_check'), []);
    const column = (sql: string) => new Set(database.prepare(sql).pluck().all() as string[]);

    const emails = column("select email from users where email <> 'owner@example.com'");
    assert.deepEqual(missingFrom(emails, ledger.admitted), [], 'people who were let in and are gone');
    assert.deepEqual(missingFrom(emails, ledger.registered), [], 'people who registered and are gone');
    const machines = column('select fingerprint from license_activations');
    assert.deepEqual(missingFrom(machines, ledger.machines), [], 'machines that were activated and are gone');
    const counted = database.prepare('select sum(activations) from licenses').pluck().get() ?? 0;
    assert.equal(counted, machines.size, 'seats counted on the license, and machines on them');

    const promised = column("select message ->> 'to' from outbox");
    const silence = [...emails].filter(
      (email) => email.startsWith(REGISTERED) && !promised.has(email) && !ledger.letters.has(email),
    );
    assert.deepEqual(silence, [], 'people whose letter is neither sent nor waiting');
    const rows = emails.size + machines.size;
    return { rows, unacknowledged: rows - ledger.acknowledged };
  } finally {
    database.close();
  }
};

/** Has the time pass that a letter stays with a worker that was killed: a quarter of an hour. */
export const endLeases = (path: string): void => {
  const database = new Database(path, { timeout: 5_000 });
  database.exec('update outbox set due_at = created_at where due_at is not null');
  database.close();
};

/** @returns how many letters are still to be sent */
export const lettersWaiting = (path: string): number => {
  const database = new Database(path, { readonly: true });
  const waiting = database.prepare('select count(*) from outbox').pluck().get() as number;
  database.close();
  return waiting;
};

const missingFrom = (kept: ReadonlySet<string>, acknowledged: ReadonlySet<string>): string[] => [
  ...acknowledged.difference(kept),
];
