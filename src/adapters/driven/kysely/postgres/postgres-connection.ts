import { setTimeout as wait } from 'node:timers/promises';
import { type Client, Connection, DatabaseError, type QueryConfig, type QueryResult } from 'pg';
import { PortError } from '../../../../ports/port-error.ts';
import { isOutage, isReadOnlyServer, isSystemError, LOST_STATEMENT } from '../database-errors.ts';
import type { StatementNames } from './statement-names.ts';

/** Longest wait for the end of a statement that was cancelled. Unit: ms. */
const CANCEL_TIMEOUT_MS = 5_000;

const TRANSACTION_ABORTED = '25P02';

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
  /** What aborted the transaction: all later errors only say that it was aborted. */
  #abortedBy: unknown;
  /** The end of a statement that was cancelled. */
  #cancelled: Promise<unknown> | undefined;

  /** @param answerTimeoutMs longest wait for the result of a statement; none for migrations */
  constructor(client: Client, names: StatementNames, answerTimeoutMs: number | undefined) {
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
    const result: unknown = await this.#inTime(this.#client.query(config));
    // Several statements in one text return several results.
    return (Array.isArray(result) ? result.at(-1) : result) as QueryResult;
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
