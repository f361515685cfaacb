import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import { type AcknowledgedWrites, REGISTERED } from './acknowledged-writes.ts';

export type CheckResult = Readonly<{ rows: number; unacknowledged: number }>;

/**
 * Checks the file over a separate connection.
 * @returns the number of rows that clients have created, and how many of them were never acknowledged
 * @throws {AssertionError} if an acknowledged write is missing, an email is lost or the file is damaged
 */
export const checkFile = (path: string, writes: AcknowledgedWrites): CheckResult => {
  const database = new Database(path);
  try {
    assert.deepEqual(database.pragma('integrity_check'), [{ integrity_check: 'ok' }]);
    assert.deepEqual(database.pragma('foreign_key_check'), []);
    const column = (sql: string) => new Set(database.prepare(sql).pluck().all() as string[]);

    const emails = column("select email from users where email <> 'owner@example.com'");
    assert.deepEqual(missingFrom(emails, writes.created), [], 'created users that are missing');
    assert.deepEqual(missingFrom(emails, writes.registered), [], 'registered users that are missing');
    const machines = column('select fingerprint from license_activations');
    assert.deepEqual(missingFrom(machines, writes.machines), [], 'activated machines that are missing');
    const counted = database.prepare('select sum(activations) from licenses').pluck().get() ?? 0;
    assert.equal(counted, machines.size, 'activations on the license, and activated machines');

    const queued = column("select message ->> 'to' from outbox");
    const lost = [...emails].filter(
      (email) => email.startsWith(REGISTERED) && !queued.has(email) && !writes.emails.has(email),
    );
    assert.deepEqual(lost, [], 'registered users whose email is neither sent nor queued');
    const rows = emails.size + machines.size;
    return { rows, unacknowledged: rows - writes.acknowledged };
  } finally {
    database.close();
  }
};

/** Expires the leases of emails that a killed process had claimed. */
export const endLeases = (path: string): void => {
  const database = new Database(path, { timeout: 5_000 });
  database.exec('update outbox set due_at = created_at where due_at is not null');
  database.close();
};

/** @returns the number of queued emails */
export const queuedEmails = (path: string): number => {
  const database = new Database(path, { readonly: true });
  const queued = database.prepare('select count(*) from outbox').pluck().get() as number;
  database.close();
  return queued;
};

const missingFrom = (present: ReadonlySet<string>, acknowledged: ReadonlySet<string>): string[] => [
  ...acknowledged.difference(present),
];
