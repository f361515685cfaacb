import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { DatabaseError, Pool, type PoolClient, type QueryConfig } from 'pg';
import { PortError } from '../../../../ports/port-error.ts';
import { isOutage, LOST_STATEMENT } from '../database-errors.ts';
import { postgresTypes } from './postgres-types.ts';
import type { PostgresAddress } from './postgres-url.ts';
import { PreparedStatements } from './prepared-statements.ts';

/** Longest wait for a connection, free or new. Unit: ms. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Longest wait for an answer. The server gives up before us, where it can be told to; this is for one that is gone. Unit: ms. */
const ANSWER_TIMEOUT_MS = 6_000;

/** A new one now and then, so that after a failover not all stay where they were. Unit: s. */
const LONGEST_LIFE_S = 1_800;

/** Who is asked for one and has none would keep the server waiting a minute; a wrong one is refused at once. */
const NO_PASSWORD = 'none';

const TRANSACTION_ENDED = '25P02';

const PREPARED = /^(?:select|insert|update|delete|with)\b/;

export type PoolOptions = Readonly<{
  /** Connections at most. */
  size: number;
  /** Waits as long as it takes: for migrations, which may have a big table before them, or another instance. */
  isPatient?: boolean;
}>;

/**
 * Connections that are kept, and watched: whatever happens to one of them is told as a PortError (store.unavailable),
 * and it is not used again.
 */
export class ResilientPool implements PostgresPool {
  readonly #pool: Pool;
  readonly #statements = new PreparedStatements();
  readonly #connections = new WeakMap<PoolClient, Connection>();
  readonly #answerTimeoutMs: number | undefined;

  constructor(address: PostgresAddress, { size, isPatient = false }: PoolOptions) {
    this.#answerTimeoutMs = isPatient ? undefined : ANSWER_TIMEOUT_MS;
    this.#pool = new Pool({
      host: address.host,
      port: address.port,
      database: address.database,
      user: address.user,
      password: address.password?.reveal() ?? NO_PASSWORD,
      ssl: tlsOptions(address),
      application_name: address.applicationName,
      ...(address.options === undefined ? {} : { options: address.options }),
      types: postgresTypes,
      max: size,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // Opening one takes longer than most questions.
      idleTimeoutMillis: 0,
      maxLifetimeSeconds: LONGEST_LIFE_S,
    });
    // An idle connection broke. The pool has let go of it already; without a listener the process would end.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => {
      this.#connections.set(client, new Connection(client, this.#statements, this.#answerTimeoutMs));
    });
  }

  get options(): object {
    return this.#pool.options;
  }

  async connect(): Promise<PostgresPoolClient> {
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (cause) {
      throw new PortError('store.unavailable', 'The database cannot be reached', { cause: discreet(cause) });
    }
    return this.#connections.get(client) as Connection;
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

class Connection implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #statements: PreparedStatements;
  readonly #answerTimeoutMs: number | undefined;
  #isBroken = false;
  #isInTransaction = false;
  /** What ended the transaction: all that the server says of it afterwards is that it has ended. */
  #endedBy: unknown;

  constructor(client: PoolClient, statements: PreparedStatements, answerTimeoutMs: number | undefined) {
    this.#client = client;
    this.#statements = statements;
    this.#answerTimeoutMs = answerTimeoutMs;
    // It may break between two statements, when nobody waits for an answer and the pool does not listen.
    client.on('error', () => {
      this.#isBroken = true;
    });
  }

  // Kysely declares a second form, for cursors, which nobody here uses.
  readonly query = ((sql: string, parameters: readonly unknown[] = []) =>
    this.#query(sql, parameters)) as PostgresPoolClient['query'];

  release(destroy = false): void {
    this.#client.release(destroy || this.#isBroken);
  }

  async #query(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> {
    if (this.#isBroken) throw new PortError('store.unavailable', 'The connection to the database is broken');
    const name = PREPARED.test(sql) ? this.#statements.nameOf(sql) : undefined;
    try {
      return await this.#send(sql, parameters, name);
    } catch (error) {
      if (name !== undefined && this.#statements.areLostBy(error)) return this.#sendAgain(sql, parameters, error);
      throw this.#told(error);
    }
  }

  async #send(
    text: string,
    values: readonly unknown[],
    name: string | undefined,
  ): Promise<PostgresQueryResult<unknown>> {
    if (/^(?:begin|commit|rollback)\b/.test(text)) {
      this.#isInTransaction = text.startsWith('begin');
      this.#endedBy = undefined;
    }
    const config: QueryConfig & { query_timeout?: number } = { text };
    if (values.length > 0) config.values = values as unknown[];
    if (name !== undefined) config.name = name;
    if (this.#answerTimeoutMs !== undefined) config.query_timeout = this.#answerTimeoutMs;
    const result: unknown = await this.#client.query(config);
    // Several statements in one text bring several results.
    return (Array.isArray(result) ? result.at(-1) : result) as PostgresQueryResult<unknown>;
  }

  /** A failed statement ends its transaction, so that all of it has to be done again. */
  async #sendAgain(sql: string, parameters: readonly unknown[], cause: unknown) {
    if (this.#isInTransaction) {
      throw Object.assign(new Error('The server has lost a prepared statement', { cause }), { code: LOST_STATEMENT });
    }
    try {
      return await this.#send(sql, parameters, undefined);
    } catch (error) {
      throw this.#told(error);
    }
  }

  #told(error: unknown): unknown {
    if (error instanceof DatabaseError && !isOutage(error)) {
      if (this.#isInTransaction) this.#endedBy ??= error;
      return discreet(error.code === TRANSACTION_ENDED ? (this.#endedBy ?? error) : error);
    }
    // Who does not answer may still be at it, and who says it is closing has closed.
    this.#isBroken ||= !(error instanceof DatabaseError) || error.severity === 'FATAL';
    return new PortError('store.unavailable', 'The database let go', { cause: discreet(error) });
  }
}

/** The server tells in its details which values were in the way: somebody's address, the hash of a token. */
const discreet = (error: unknown): unknown => {
  if (error instanceof DatabaseError) {
    for (const detail of ['detail', 'where', 'internalQuery'] as const) delete error[detail];
  }
  return error;
};

const tlsOptions = ({ host, tls: { proof, authorities } }: PostgresAddress) => {
  if (proof === 'off') return false;
  return {
    host,
    rejectUnauthorized: proof !== 'none',
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(proof === 'chain' ? { checkServerIdentity: () => undefined } : {}),
  };
};
