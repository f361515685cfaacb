import { setTimeout as wait } from 'node:timers/promises';
import { type Client, Connection, DatabaseError, Query, type QueryConfig, type QueryResult } from 'pg';
// @ts-expect-error: a part of pg that its types leave out
import { prepareValue } from 'pg/lib/utils.js';
import { PortError } from '../../../../ports/port-error.ts';
import { isOutage, isReadOnlyServer, isSystemError, LOST_STATEMENT } from '../database-errors.ts';
import type { StatementNames } from './statement-names.ts';

/** Longest wait for the end of a statement that was cancelled. Unit: ms. */
const CANCEL_TIMEOUT_MS = 5_000;

const TRANSACTION_ABORTED = '25P02';

/** Replaces the defaults of the database and the user. */
export const BEGIN_STATEMENT = 'begin isolation level read committed read write';

/** Not `commit` alone, which is not prepared. */
const COMMIT_STATEMENT = 'commit work';

/** Parts of pg's Client that its types leave out. */
type ClientInternals = Readonly<{
  host: string;
  port: number;
  processID: number;
  secretKey: number;
  ssl: object | false;
  connection: { parsedStatements: Readonly<Record<string, string>> };
}>;

/** Parts of pg's Connection that its types leave out. */
type CancelConnection = Connection & {
  connect(portOrSocket: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
};

type ExtendedQuery = Readonly<{
  bind(
    message: Readonly<{ statement: string; values: readonly unknown[]; valueMapper: (value: unknown) => unknown }>,
  ): void;
  describe(message: Readonly<{ type: 'P' }>): void;
  execute(message: object): void;
  sync(): void;
}>;

/** A statement with its values. */
export type Statement = Readonly<{ sql: string; parameters: readonly unknown[] }>;

type Prepared = Readonly<{ name: string; values: readonly unknown[] }>;

/**
 * Statements that the server knows by their names, under one Sync: if one fails, those after it are not run. The result is
 * that of the last one.
 *
 * perf: `begin`, a user, its audit entry and `commit` in one round trip take 140 µs of CPU, in two 189.
 */
class Batch extends Query {
  readonly #statements: readonly Prepared[];
  #completed = 0;

  constructor(statements: readonly Prepared[]) {
    super({ text: '', queryMode: 'extended' } as QueryConfig);
    this.#statements = statements;
  }

  /** The one that has failed, after an error. */
  get current(): number {
    return this.#completed;
  }

  prepare(connection: ExtendedQuery): void {
    for (const [index, { name, values }] of this.#statements.entries()) {
      connection.bind({ statement: name, values, valueMapper: prepareValue });
      if (index === this.#statements.length - 1) connection.describe({ type: 'P' });
      connection.execute({});
    }
    connection.sync();
  }

  handleCommandComplete(message: object, connection: object): void {
    this.#completed += 1;
    if (this.#completed < this.#statements.length) return;
    // @ts-expect-error: a method that pg's types leave out
    super.handleCommandComplete(message, connection);
  }
}

/**
 * A connection that reports every failure of the server as PortError (store.unavailable) and is not used again after
 * one. It cancels a statement that it no longer waits for, so that the server does not go on with it.
 */
export class PostgresConnection {
  readonly #client: Client;
  readonly #names: StatementNames;
  readonly #answerTimeoutMs: number | undefined;
  /** Statements that could not be parsed. PgBouncer keeps the names of those, so they are not used again here. */
  readonly #unusableNames = new Set<string>();
  #isBroken = false;
  #isInTransaction = false;
  #hasBegun = true;
  /** The error that aborted the transaction: all later ones only say that it was aborted. */
  #abortedBy: unknown;
  /** The end of a statement that was cancelled. */
  #cancelled: Promise<unknown> | undefined;

  /** Whether no pooler is in between: the session has its time limits, and what is prepared stays. */
  readonly #isOwn: boolean;

  /** @param answerTimeoutMs longest wait for the result of a statement; none for migrations */
  constructor(client: Client, names: StatementNames, answerTimeoutMs: number | undefined, isOwn: boolean) {
    this.#isOwn = isOwn;
    this.#client = client;
    this.#names = names;
    this.#answerTimeoutMs = answerTimeoutMs;
    // Between two statements neither pg nor the pool listens, and an error without a listener ends the process.
    client.on('error', () => {
      this.#isBroken = true;
    });
  }

  get isUsable(): boolean {
    return !this.#isBroken;
  }

  /** Resolves when the server has ended what was cancelled here, so that the connection does not outlive its place in the pool. */
  async settle(): Promise<void> {
    await this.#cancelled;
  }

  /** @returns whether a transaction begins with the next statement; if not, it is to be begun now */
  beginWithNextStatement(): boolean {
    this.#hasBegun = !this.#isOwn || this.#isBroken || this.#names.nameOf(BEGIN_STATEMENT) === undefined;
    return !this.#hasBegun;
  }

  /** Whether the end of a transaction can travel with its last statements. */
  get commitsWithStatements(): boolean {
    return this.#isOwn && this.#names.nameOf(COMMIT_STATEMENT) !== undefined;
  }

  /**
   * Runs statements one after the other, in one round trip if all of them are prepared here.
   * @param onFailure receives the error, and which of them has failed; what it returns is thrown
   * @returns the result of the last one
   */
  async queryAll(
    statements: readonly Statement[],
    onFailure: (error: unknown, index: number) => unknown = (error) => error,
  ): Promise<QueryResult> {
    const begin = this.#hasBegun ? [] : [{ sql: BEGIN_STATEMENT, parameters: [] }];
    const prepared = this.#isBroken ? undefined : this.#preparedAll([...begin, ...statements]);
    if (prepared !== undefined) {
      if (!this.#hasBegun) {
        this.#hasBegun = true;
        this.#isInTransaction = true;
        this.#abortedBy = undefined;
      }
      const batch = new Batch(prepared);
      try {
        return await this.#inTime(this.#sendQuery(batch));
      } catch (error) {
        throw onFailure(this.#reported(error, prepared[batch.current]?.name), batch.current - begin.length);
      }
    }
    let result: QueryResult | undefined;
    for (const [index, { sql, parameters }] of statements.entries()) {
      try {
        result = await this.query(sql, parameters);
      } catch (error) {
        throw onFailure(error, index);
      }
    }
    return result as QueryResult;
  }

  /** Runs the last statements of a transaction and ends it. */
  async queryThenCommit(
    statements: readonly Statement[],
    onFailure: (error: unknown, index: number) => unknown,
  ): Promise<void> {
    await this.queryAll([...statements, { sql: COMMIT_STATEMENT, parameters: [] }], onFailure);
    this.#isInTransaction = false;
    this.#abortedBy = undefined;
  }

  /** @returns `undefined` if one of them has not been prepared on this connection, or cannot be */
  #preparedAll(statements: readonly Statement[]): readonly Prepared[] | undefined {
    const { parsedStatements } = (this.#client as unknown as ClientInternals).connection;
    const prepared: Prepared[] = [];
    for (const { sql, parameters } of statements) {
      const name = this.#names.nameOf(sql);
      if (name === undefined || parsedStatements[name] === undefined) return undefined;
      prepared.push({ name, values: parameters });
    }
    return prepared;
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    if (this.#isBroken) throw new PortError('store.unavailable', 'The connection to the database is broken');
    const name = this.#names.nameOf(sql);
    const usableName = name !== undefined && this.#unusableNames.has(name) ? undefined : name;
    try {
      return await this.#send(sql, parameters, usableName);
    } catch (error) {
      throw this.#reported(error, usableName);
    }
  }

  async #send(text: string, values: readonly unknown[], name: string | undefined): Promise<QueryResult> {
    if (/^(?:begin|commit|rollback)\b/.test(text)) {
      this.#isInTransaction = text.startsWith('begin');
      this.#abortedBy = undefined;
    }
    const config: QueryConfig = { text };
    if (values.length > 0) config.values = values as unknown[];
    if (name !== undefined) config.name = name;
    const result: unknown = await this.#inTime(this.#hasBegun ? this.#client.query(config) : this.#sendFirst(config));
    // Several statements in one text return several results.
    return (Array.isArray(result) ? result.at(-1) : result) as QueryResult;
  }

  /** The first statement of a transaction; one that ends it ends nothing. */
  async #sendFirst(config: QueryConfig): Promise<QueryResult> {
    this.#hasBegun = true;
    if (/^(?:commit|rollback)\b/.test(config.text)) return { command: '', rowCount: 0, oid: 0, fields: [], rows: [] };
    this.#isInTransaction = true;
    this.#abortedBy = undefined;
    const name = this.#names.nameOf(BEGIN_STATEMENT);
    await this.#client.query({ ...(name !== undefined && { name }), text: BEGIN_STATEMENT });
    return this.#client.query(config);
  }

  #sendQuery(query: Query): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      // pg's types take no callback beside a query object.
      const send = this.#client.query.bind(this.#client) as unknown as (
        query: Query,
        done: (error: Error | null, result: QueryResult) => void,
      ) => void;
      send(query, (error, result) => (error ? reject(error) : resolve(result)));
    });
  }

  #inTime(answer: Promise<QueryResult>): Promise<QueryResult> {
    const ms = this.#answerTimeoutMs;
    if (ms === undefined) return answer;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#cancelled = this.#cancel(answer);
        reject(new Error(`The database did not answer within ${ms} ms`));
      }, ms);
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  /** Sends a cancel request on a connection of its own, as the protocol has it, and waits for the end of the statement. */
  async #cancel(answer: Promise<QueryResult>): Promise<void> {
    const { host, port, processID, secretKey, ssl } = this.#client as unknown as ClientInternals;
    const connection = new Connection({ ssl } as never) as CancelConnection;
    connection.on('error', () => {});
    connection.on('connect', () => (ssl === false ? connection.cancel(processID, secretKey) : connection.requestSsl()));
    connection.on('sslconnect', () => connection.cancel(processID, secretKey));
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
    // The server closes the connection. PgBouncer 1.18 crashes where the client closes it first.
    const isClosed = new Promise((resolve) => connection.on('end', resolve));
    await Promise.race([Promise.allSettled([answer, isClosed]), wait(CANCEL_TIMEOUT_MS, undefined, { ref: false })]);
    connection.stream.destroy();
  }

  #reported(error: unknown, name: string | undefined): unknown {
    if (name !== undefined) {
      const { parsedStatements } = (this.#client as unknown as ClientInternals).connection;
      if (parsedStatements[name] === undefined) this.#unusableNames.add(name);
    }
    // An error that is no answer leaves open whether the server still works on the statement.
    this.#isBroken ||=
      !(error instanceof DatabaseError) ||
      error.severity === 'FATAL' ||
      error.severity === 'PANIC' ||
      isReadOnlyServer(error) ||
      isSystemError(error);
    if (name !== undefined && this.#names.areLostBy(error)) {
      const lost = new Error('The server has lost a prepared statement', { cause: withoutRows(error) });
      return Object.assign(lost, { code: LOST_STATEMENT });
    }
    if (error instanceof DatabaseError && !isOutage(error)) {
      if (this.#isInTransaction) this.#abortedBy ??= error;
      return withoutRows(error.code === TRANSACTION_ABORTED ? (this.#abortedBy ?? error) : error);
    }
    return new PortError('store.unavailable', 'The database failed', { cause: withoutRows(error) });
  }
}

/** Removes the details of the server that quote rows: addresses, hashes of tokens. */
export const withoutRows = (error: unknown): unknown => {
  if (error instanceof DatabaseError) {
    for (const detail of ['detail', 'where', 'internalQuery'] as const) delete error[detail];
  }
  return error;
};
