import type { Kysely } from 'kysely';
import type { Stores, UnitOfWork } from '../../../ports/unit-of-work.ts';
import { KyselyActivations } from './repositories/kysely-activations.ts';
import { KyselyAttempts } from './repositories/kysely-attempts.ts';
import { KyselyLicenses } from './repositories/kysely-licenses.ts';
import { KyselyOutbox } from './repositories/kysely-outbox.ts';
import { KyselyPairHistory } from './repositories/kysely-pair-history.ts';
import { KyselyPasswordResets } from './repositories/kysely-password-resets.ts';
import { KyselyRetention } from './repositories/kysely-retention.ts';
import { KyselySessions } from './repositories/kysely-sessions.ts';
import { KyselySigningKeys } from './repositories/kysely-signing-keys.ts';
import { KyselyUsers } from './repositories/kysely-users.ts';
import type { Schema } from './schema.ts';
import { TRANSACTION_TIMEOUT_MS, withTransactionTimeout } from './sqlite/transaction-timeout.ts';
import { withRetry } from './with-retry.ts';

export class KyselyUnitOfWork implements UnitOfWork {
  readonly #db: Kysely<Schema>;
  readonly #watchdogMs: number;

  constructor(db: Kysely<Schema>, { watchdogMs = TRANSACTION_TIMEOUT_MS } = {}) {
    this.#db = db;
    this.#watchdogMs = watchdogMs;
  }

  run<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return withRetry(() =>
      this.#db.transaction().execute((tx) => withTransactionTimeout(work(storesOver(tx)), this.#watchdogMs)),
    );
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
