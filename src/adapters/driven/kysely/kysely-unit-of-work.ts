import type { Kysely } from 'kysely';
import type { Stores, UnitOfWork } from '../../../ports/unit-of-work.ts';
import { KyselyActivations } from './kysely-activations.ts';
import { KyselyAttempts } from './kysely-attempts.ts';
import { KyselyLicenses } from './kysely-licenses.ts';
import { KyselyOutbox } from './kysely-outbox.ts';
import { KyselyPairHistory } from './kysely-pair-history.ts';
import { KyselyPasswordResets } from './kysely-password-resets.ts';
import { KyselyRetention } from './kysely-retention.ts';
import { KyselySessions } from './kysely-sessions.ts';
import { KyselySigningKeys } from './kysely-signing-keys.ts';
import { KyselyUsers } from './kysely-users.ts';
import type { Schema } from './schema.ts';
import { WATCHDOG_MS, watched } from './watched.ts';
import { withRetry } from './with-retry.ts';

export class KyselyUnitOfWork implements UnitOfWork {
  readonly #db: Kysely<Schema>;
  readonly #watchdogMs: number;

  constructor(db: Kysely<Schema>, { watchdogMs = WATCHDOG_MS } = {}) {
    this.#db = db;
    this.#watchdogMs = watchdogMs;
  }

  run<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return withRetry(() => this.#db.transaction().execute((tx) => watched(work(storesOver(tx)), this.#watchdogMs)));
  }
}

/** The stores, over one connection. */
export const storesOver = (tx: Kysely<Schema>): Stores => ({
  users: new KyselyUsers(tx),
  sessions: new KyselySessions(tx),
  passwordResets: new KyselyPasswordResets(tx),
  attempts: new KyselyAttempts(tx),
  outbox: new KyselyOutbox(tx),
  retention: new KyselyRetention(tx),
  pairHistory: new KyselyPairHistory(tx),
  licenses: new KyselyLicenses(tx),
  activations: new KyselyActivations(tx),
  signingKeys: new KyselySigningKeys(tx),
});
