import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import { PortError } from '../../../ports/port-error.ts';
import type { Stores, UnitOfWork, UnitOfWorkOptions } from '../../../ports/unit-of-work.ts';
import { KyselyActivations } from './repositories/kysely-activations.ts';
import { KyselyApiTokens } from './repositories/kysely-api-tokens.ts';
import { KyselyAttempts } from './repositories/kysely-attempts.ts';
import { KyselyAuditLog } from './repositories/kysely-audit-log.ts';
import { KyselyConfirmations } from './repositories/kysely-confirmations.ts';
import { KyselyDailyCounts } from './repositories/kysely-daily-counts.ts';
import { KyselyIdempotency } from './repositories/kysely-idempotency.ts';
import { KyselyKnownNetworks } from './repositories/kysely-known-networks.ts';
import { KyselyLicenses } from './repositories/kysely-licenses.ts';
import { KyselyLoginChallenges } from './repositories/kysely-login-challenges.ts';
import { KyselyOutbox } from './repositories/kysely-outbox.ts';
import { KyselyPairHistory } from './repositories/kysely-pair-history.ts';
import { KyselyPasswordResets } from './repositories/kysely-password-resets.ts';
import { KyselyRetention } from './repositories/kysely-retention.ts';
import { KyselySealedValues } from './repositories/kysely-sealed-values.ts';
import { KyselySecondFactors } from './repositories/kysely-second-factors.ts';
import { KyselySessions } from './repositories/kysely-sessions.ts';
import { KyselySigningKeys } from './repositories/kysely-signing-keys.ts';
import { KyselyUsers } from './repositories/kysely-users.ts';
import { type Database, isPostgres } from './schema.ts';
import { withRetry } from './with-retry.ts';

/** On SQLite a unit of work takes milliseconds. One that takes this long waits for an outer store, without end. Unit: ms. */
export const TRANSACTION_TIMEOUT_MS = 5_000;

/** At least this for a long one, which changes nothing on Postgres. The server answers no request later. Unit: ms. */
const LONG_TRANSACTION_TIMEOUT_MS = 20_000;

export const timeoutFor = ({ isLong = false }: UnitOfWorkOptions, timeoutMs: number): number =>
  isLong ? Math.max(timeoutMs, LONG_TRANSACTION_TIMEOUT_MS) : timeoutMs;

export class KyselyUnitOfWork implements UnitOfWork {
  readonly #db: Database;
  readonly #timeoutMs: number;

  constructor(db: Database, { timeoutMs = TRANSACTION_TIMEOUT_MS } = {}) {
    this.#db = db;
    this.#timeoutMs = timeoutMs;
  }

  run<T>(work: (stores: Stores) => Promise<T>, options: UnitOfWorkOptions = {}): Promise<T> {
    const timeoutMs = timeoutFor(options, this.#timeoutMs);
    return withRetry(() =>
      this.#db.transaction().execute((tx) => withTransactionTimeout(tx, work(storesOver(tx)), timeoutMs)),
    );
  }
}

/** All repositories over one connection. */
export const storesOver = (tx: Database): Stores => ({
  users: new KyselyUsers(tx),
  sessions: new KyselySessions(tx),
  passwordResets: new KyselyPasswordResets(tx),
  secondFactors: new KyselySecondFactors(tx),
  loginChallenges: new KyselyLoginChallenges(tx),
  knownNetworks: new KyselyKnownNetworks(tx),
  sealedValues: new KyselySealedValues(tx),
  confirmations: new KyselyConfirmations(tx),
  attempts: new KyselyAttempts(tx),
  audit: new KyselyAuditLog(tx),
  dailyCounts: new KyselyDailyCounts(tx),
  outbox: new KyselyOutbox(tx),
  retention: new KyselyRetention(tx),
  pairHistory: new KyselyPairHistory(tx),
  licenses: new KyselyLicenses(tx),
  idempotency: new KyselyIdempotency(tx),
  apiTokens: new KyselyApiTokens(tx),
  activations: new KyselyActivations(tx),
  signingKeys: new KyselySigningKeys(tx),
});

/** @throws once the unit of work has taken longer than `ms` */
export const withTransactionTimeout = <T>(tx: Database, work: Promise<T>, ms: number): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(timeoutError(tx, ms)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });

/** A server may be slow; on SQLite only a fault of the program takes that long. */
const timeoutError = (tx: Database, ms: number): Error => {
  const message = `A unit of work took longer than ${ms} ms`;
  return isPostgres(tx)
    ? new PortError('store.unavailable', message)
    : new BrokenInvariant(`${message}: is it using an outer store?`);
};
