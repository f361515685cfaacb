import pLimit, { type LimitFunction } from 'p-limit';
import { type Client, type ClientBase, type ClientConfig, Pool, type PoolClient, type QueryResult } from 'pg';
import { PortError } from '../../../../ports/port-error.ts';
import { LOST_STATEMENT } from '../database-errors.ts';
import { PostgresConnection, withoutRows } from './postgres-connection.ts';
import { SessionClient, startSession, tlsOptions } from './postgres-session.ts';
import { postgresTypes } from './postgres-types.ts';
import type { PostgresAddress } from './postgres-url.ts';
import { PipelinedReads } from './read-pipeline.ts';
import { StatementNames } from './statement-names.ts';

/** Longest wait for a result. The server has shorter limits; this is for one that does not answer at all. Unit: ms. */
const ANSWER_TIMEOUT_MS = 6_000;

/** A connection is replaced after this, so that connections spread again after a failover. Unit: s. */
const MAX_LIFETIME_S = 1_800;

/** Sent where the URL has no password: without one pg looks for a password file, and the server waits a minute. */
const NO_PASSWORD = 'none';

export type PoolOptions = Readonly<{
  /** Maximum number of connections. */
  size: number;
  /** Statements and locks have no time limit: for migrations and copies, which may have a big table to read. */
  hasNoTimeouts?: boolean;
}>;

/**
 * Share of the connections that transactions may take, and that one SELECT may take. A lock on a table, or a standby
 * that does not confirm commits, then leaves connections for everything else.
 */
const SHARES = { transaction: 0.6, read: 0.3 };

/** With fewer connections, none is set aside for pipelined reads. */
const MIN_SIZE_FOR_PIPELINE = 4;

/** A pool of connections to the first server that accepts one, in the order of the URL. */
export class PostgresPool {
  readonly #address: PostgresAddress;
  readonly #options: PoolOptions;
  readonly #names = new StatementNames();
  readonly #connections = new WeakMap<ClientBase, PostgresConnection>();
  /** Sessions without a pooler in between. */
  readonly #own = new WeakSet<ClientBase>();
  readonly #limits = new Map<string, LimitFunction>();
  #serverIndex = 0;
  #usesTls: boolean;
  #pool: Pool;
  readonly #pipelined: PipelinedReads | undefined;

  constructor(address: PostgresAddress, options: PoolOptions) {
    this.#address = address;
    this.#options = options;
    this.#usesTls = address.tls.proof !== 'off';
    const hasPipeline = !options.hasNoTimeouts && options.size >= MIN_SIZE_FOR_PIPELINE;
    this.#pipelined = hasPipeline ? new PipelinedReads(() => this.#openPipeline()) : undefined;
    this.#pool = this.#openPool();
  }

  /** Runs a SELECT outside a transaction. */
  async read(sql: string, parameters: readonly unknown[]): Promise<readonly never[]> {
    const rows = await this.#pipelined?.read(sql, parameters, this.#names.nameOf(sql));
    return rows ?? ((await this.query(sql, parameters)).rows as never[]);
  }

  /** Runs a statement outside a transaction, on any connection. */
  async query(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    const leave = await this.#acquire(sql, SHARES.read);
    let released: Promise<void> | undefined;
    const attempt = async () => {
      const [connection, release] = await this.#connect();
      try {
        return await connection.query(sql, parameters);
      } finally {
        released = release();
      }
    };
    try {
      // A statement that was lost has not run, and from now on none has a name.
      return await attempt().catch((error) => (error.code === LOST_STATEMENT ? attempt() : Promise.reject(error)));
    } finally {
      void Promise.resolve(released).then(leave);
    }
  }

  /** @returns a connection for a transaction, and the function that returns it to the pool */
  async acquire(): Promise<readonly [PostgresConnection, release: () => void]> {
    const leave = await this.#acquire('transaction', SHARES.transaction);
    try {
      const [connection, release] = await this.#connect();
      return [connection, () => void release().then(leave)];
    } catch (error) {
      leave();
      throw error;
    }
  }

  async end(): Promise<void> {
    await Promise.all([this.#pipelined?.close(), this.#pool.end()]);
  }

  async #connect(): Promise<readonly [PostgresConnection, release: () => Promise<void>]> {
    let failure: unknown;
    // Each has the whole time to connect: the first may be one that never answers.
    for (let hostsLeft = this.#address.hosts.length; hostsLeft > 0; ) {
      const pool = this.#pool;
      try {
        const client = await pool.connect();
        const connection = this.#connections.get(client) as PostgresConnection;
        return [connection, () => releaseTo(client, connection)];
      } catch (cause) {
        failure ??= cause;
        // Another caller may have gone on to the next server meanwhile.
        if (this.#pool === pool && !this.#useNextServer(cause)) break;
        if (!this.#isTriedWithoutTls(cause)) hostsLeft -= 1;
      }
    }
    throw new PortError('store.unavailable', 'The database cannot be reached', { cause: withoutRows(failure) });
  }

  /** @returns whether there is another server, or another way to the same one, to try */
  #useNextServer(cause: unknown): boolean {
    const { message = '' } = cause as Error;
    // All connections are busy, which says nothing about the server.
    if (message === 'timeout exceeded when trying to connect') return false;
    if (this.#usesTls && this.#isTriedWithoutTls(cause)) {
      this.#usesTls = false;
    } else {
      if (this.#address.hosts.length === 1) return false;
      this.#serverIndex = (this.#serverIndex + 1) % this.#address.hosts.length;
      this.#usesTls = this.#address.tls.proof !== 'off';
    }
    void this.#pool.end();
    this.#pool = this.#openPool();
    void this.#pipelined?.reset();
    return true;
  }

  #isTriedWithoutTls(cause: unknown): boolean {
    const { isOptional = false } = this.#address.tls;
    return isOptional && (cause as Error).message === 'The server does not support SSL connections';
  }

  /** @returns `undefined` behind a pooler */
  async #openPipeline(): Promise<Client | undefined> {
    const client = new SessionClient({ ...this.#clientOptions(), pipeline: true } as ClientConfig);
    client.on('error', () => {});
    try {
      await client.connect();
      if (await startSession(client, this.#address, { hasNoTimeouts: false })) {
        // Connections spread again after a failover, as those of the pool do.
        setTimeout(() => void this.#pipelined?.reset(), MAX_LIFETIME_S * 1_000).unref();
        return client;
      }
      await client.end();
      return undefined;
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
  }

  #clientOptions(): ClientConfig {
    const address = this.#address;
    const { host, port } = address.hosts[this.#serverIndex] as PostgresAddress['hosts'][0];
    return {
      host,
      port,
      database: address.database,
      user: address.user,
      password: address.password?.reveal() ?? NO_PASSWORD,
      ssl: this.#usesTls ? tlsOptions(host, address.tls) : false,
      application_name: address.applicationName,
      ...(address.options === undefined ? {} : { options: address.options }),
      types: postgresTypes,
      keepAlive: true,
      connectionTimeoutMillis: address.connectTimeoutMs,
    };
  }

  #openPool(): Pool {
    const { size, hasNoTimeouts = false } = this.#options;
    const pool = new Pool({
      ...this.#clientOptions(),
      Client: SessionClient as never,
      max: this.#pipelined === undefined ? size : size - 1,
      // Opening a connection takes longer than most statements.
      idleTimeoutMillis: 0,
      maxLifetimeSeconds: MAX_LIFETIME_S,
      onConnect: async (client) => {
        if (await startSession(client, this.#address, { hasNoTimeouts })) this.#own.add(client);
      },
    });
    // An idle connection broke. The pool has removed it already; without a listener the process would end.
    pool.on('error', () => {});
    pool.on('connect', (client) => {
      const answerTimeoutMs = hasNoTimeouts ? undefined : ANSWER_TIMEOUT_MS;
      const isOwn = this.#own.has(client);
      const connection = new PostgresConnection(client as unknown as Client, this.#names, answerTimeoutMs, isOwn);
      this.#connections.set(client, connection);
    });
    return pool;
  }

  /** Waits for a place among the connections that `key` may take. */
  #acquire(key: string, share: number): Promise<() => void> {
    let limit = this.#limits.get(key);
    if (limit === undefined) {
      const { size, hasNoTimeouts } = this.#options;
      limit = pLimit(hasNoTimeouts ? size : Math.max(1, Math.floor(size * share)));
      this.#limits.set(key, limit);
    }
    const places = limit;
    return new Promise((resolve, reject) => {
      let isExpired = false;
      const timer = setTimeout(() => {
        isExpired = true;
        reject(new PortError('store.unavailable', 'All connections to the database are busy'));
      }, this.#address.connectTimeoutMs);
      void places(() => {
        clearTimeout(timer);
        return isExpired ? undefined : new Promise<void>((release) => resolve(release));
      });
    });
  }
}

/** Keeps the place of a cancelled statement in the pool until the server has ended it. */
const releaseTo = async (client: PoolClient, connection: PostgresConnection): Promise<void> => {
  await connection.settle();
  client.release(!connection.isUsable);
};
