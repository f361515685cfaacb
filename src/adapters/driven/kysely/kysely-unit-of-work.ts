import type { Kysely } from 'kysely';
import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
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
import { withRetry } from './with-retry.ts';

/** No honest unit of work takes this long. One that does is waiting for a store outside itself, and would for ever. */
const WATCHDOG_MS = 5_000;

export class KyselyUnitOfWork implements UnitOfWork {
  readonly #db: Kysely<Schema>;
  readonly #watchdogMs: number;

  constructor(db: Kysely<Schema>, { watchdogMs = WATCHDOG_MS } = {}) {
    this.#db = db;
    this.#watchdogMs = watchdogMs;
  }

  run<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return withRetry(() => this.#db.transaction().execute((tx) => this.#watched(work(storesOver(tx)))));
  }

  #watched<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          new BrokenInvariant(`A unit of work took longer than ${this.#watchdogMs} ms: is it using an outer store?`),
        );
      }, this.#watchdogMs);
      work.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

const storesOver = (tx: Kysely<Schema>): Stores => ({
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
