import { type Kysely, PostgresAdapter, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';

type AuditEntryColumns = {
  id: string;
  /** JCS of the entry without its place in the chain. */
  entry: string;
  at: string;
  actor_kind: string;
  actor_id: string | null;
  action: string;
  subject_kind: string;
  subject_id: string | null;
  request_id: string | null;
  ip: string | null;
  user_agent: string | null;
};

/** Rows as the database stores them. Only files in this folder import it. Times are ISO text on every database. */
export interface Schema {
  users: {
    id: string;
    email: string;
    email_canonical: string;
    name: string | null;
    /** In lower case, for searches. */
    name_folded: string | null;
    age: number | null;
    password_hash: string | null;
    created_at: string;
    role: string | null;
    role_since: string | null;
    email_confirmed_at: string | null;
    /** 0 or 1: there is a confirmed second factor. */
    mfa: number;
    /** Waits for its confirmation. Not unique: the first to confirm it gets it. */
    pending_email: string | null;
    banned_at: string | null;
    ban_reason: string | null;
    /** 1: the sample administrator. */
    is_sample: number;
    version: number;
  };
  sessions: {
    id: string;
    user_id: string;
    token_hash: string;
    created_at: string;
    last_seen_at: string;
    /** `null`: not elevated since an upgrade. */
    elevated_until: string | null;
    ip: string;
    user_agent: string;
    /** Copies of columns of the user; {@link KyselyUsers} and {@link KyselySecondFactors} keep them equal. */
    user_email: string;
    user_role: string | null;
    user_is_sample: number;
    user_mfa: number;
  };
  password_resets: {
    user_id: string;
    token_hash: string;
    requested_at: string;
    expires_at: string;
    confirms_email: number;
  };
  confirmations: {
    token_hash: string;
    purpose: string;
    /** `null`: of a registration. */
    user_id: string | null;
    email: string;
    requested_at: string;
    expires_at: string;
  };
  attempts: {
    key: string;
    count: number;
    resets_at: string;
  };
  outbox: {
    id: string;
    message: string;
    created_at: string;
    /** `null`: dead-lettered. */
    due_at: string | null;
    attempts: number;
    last_error: string | null;
  };
  pair_checks: {
    id: string;
    first: string;
    second: string;
    checked_at: string;
    /** JSON; `null`: not connected. */
    organisations: string | null;
    /** JSON; `null`: connected, or checked before it was recorded. */
    missing: string | null;
  };
  licenses: {
    id: string;
    license_key: string;
    user_id: string;
    product: string | null;
    status: string;
    issued_at: string;
    starts_at: string;
    expires_at: string | null;
    grace_days: number;
    /** Derived from the two columns above; stored for lists. */
    grace_ends_at: string | null;
    max_activations: number | null;
    activations: number;
    entitlements: string;
    metadata: string;
    last_validated_at: string | null;
    /** 0 or 1: `users.banned_at` is set. Repeated here so that a validation reads one row. */
    owner_banned: number;
    version: number;
  };
  license_activations: {
    license_id: string;
    fingerprint: string;
    name: string | null;
    activated_at: string;
    last_seen_at: string | null;
  };
  idempotency_records: {
    key: string;
    fingerprint: string;
    /** `null` within the unit of work that has taken the key. */
    answer: string | null;
    expires_at: string;
  };
  /** Until they are moved to `audit_entries`. */
  unsealed_audit_entries: AuditEntryColumns;
  audit_entries: AuditEntryColumns & {
    seq: number;
    prev: string;
    hash: string;
    sealed_at: string;
  };
  audit_chain: {
    /** `head`, `anchor`, or `erased`, up to which addresses are erased. */
    name: string;
    seq: number;
    hash: string;
    at: string | null;
  };
  api_tokens: {
    id: string;
    /** `null`: made by root. */
    owner_id: string | null;
    name: string;
    token_hash: string;
    hint: string;
    /** JSON, as the next two. */
    scopes: string;
    products: string;
    networks: string;
    created_at: string;
    days: number;
    expires_at: string;
    previous_hash: string | null;
    previous_valid_until: string | null;
    last_used_at: string | null;
    last_used_ip: string | null;
    version: number;
  };
  second_factors: {
    user_id: string;
    /** Sealed. */
    seed: string;
    /** `null`: pending until `expires_at`. */
    confirmed_at: string | null;
    expires_at: string | null;
    last_step: number | null;
  };
  login_challenges: {
    token_hash: string;
    user_id: string;
    password_digest: string;
    earlier_token_hash: string | null;
    failures: number;
    requested_at: string;
    expires_at: string;
  };
  known_networks: {
    hash: string;
    user_id: string;
    expires_at: string;
  };
  expiry_notices: {
    license_id: string;
    expires_at: string;
    days: number;
    queued_at: string;
  };
  recovery_codes: {
    user_id: string;
    hash: string;
  };
  store_facts: {
    name: string;
    value: string;
  };
  daily_counts: {
    /** `2026-11-28`. */
    day: string;
    name: string;
    count: number;
  };
  signing_keys: {
    kid: string;
    /** `current`, `pending` or `null`. The unique index allows at most one key of each. */
    slot: string | null;
    public_key: string;
    sealed_private_key: string | null;
    created_at: string;
    max_ttl_s: number;
    published_until: string | null;
  };
}

/** The primary key of each table. Parents come before their children. */
export const PRIMARY_KEYS = {
  users: ['id'],
  sessions: ['id'],
  password_resets: ['user_id'],
  confirmations: ['token_hash'],
  attempts: ['key'],
  outbox: ['id'],
  api_tokens: ['id'],
  licenses: ['id'],
  license_activations: ['license_id', 'fingerprint'],
  idempotency_records: ['key'],
  signing_keys: ['kid'],
  pair_checks: ['id'],
  second_factors: ['user_id'],
  recovery_codes: ['user_id', 'hash'],
  login_challenges: ['token_hash'],
  known_networks: ['hash'],
  expiry_notices: ['license_id', 'expires_at', 'days'],
  store_facts: ['name'],
  daily_counts: ['day', 'name'],
  unsealed_audit_entries: ['id'],
  audit_entries: ['seq'],
  audit_chain: ['name'],
} as const satisfies { [Table in keyof Schema]: readonly (keyof Schema[Table])[] };

/** An open database: SQLite or PostgreSQL. */
export type Database = Kysely<Schema>;

export const isPostgres = (db: Pick<Kysely<unknown>, 'getExecutor'>): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;

/**
 * The column equals a parameter, which has its value here unless the query is compiled once.
 *
 * perf: SQLite looks at the parameter of an equality that finds several rows, and then plans the query anew at each run, unless
 * it is marked as unlikely. A page of the checks of a pair takes 4.7 µs, without the mark 16.2 µs.
 */
export const equalsParameter = (
  db: Pick<Kysely<unknown>, 'getExecutor'>,
  column: string,
  value = '',
): RawBuilder<boolean> =>
  isPostgres(db) ? sql`${sql.ref(column)} = ${value}` : sql`unlikely(${sql.ref(column)} = ${value})`;

/**
 * The column in a form for which SQLite uses no index: rows found by another index would have to be sorted. Postgres has
 * statistics on the values of a column and needs no help.
 */
export const unindexed = (db: Pick<Kysely<unknown>, 'getExecutor'>, column: string): RawBuilder<string> =>
  isPostgres(db) ? sql`${sql.ref(column)}` : sql`+${sql.ref(column)}`;

/**
 * The limit of a query that is built for each run.
 *
 * perf: SQLite plans `limit ?` anew at each run, which takes 70 µs. Postgres with a limit in the text may rather sort.
 */
export const limitOf = (
  db: Pick<Kysely<unknown>, 'getExecutor'>,
  limit: number | RawBuilder<number>,
): number | RawBuilder<number> => {
  if (typeof limit !== 'number') return limit;
  return isPostgres(db) ? sql`${limit} /* planned each time */` : sql.lit(limit);
};

/**
 * At the end of a query with a limit of {@link limitOf}, which Postgres plans for its values. A prepared statement has the same plan for all values after five
 * runs: one for the many entries of an action, by the order of their ids, reads the whole audit log for the few of another one.
 */
export const PLANNED_EACH_TIME = '/* planned each time */';

/**
 * True inside a transaction on Postgres, where rows must be locked because others write at the same time. On SQLite
 * `begin immediate` keeps every other writer out.
 */
export const locksRows = (db: Database): boolean => db.isTransaction && isPostgres(db);

/**
 * The query, which locks the rows that it reads where {@link locksRows}.
 * @param strength `forNoKeyUpdate`: rows that refer to these may be added meanwhile
 */
export const lockingRows = <DB, Table extends keyof DB, Row>(
  db: Database,
  query: SelectQueryBuilder<DB, Table, Row>,
  strength: 'forUpdate' | 'forNoKeyUpdate' = 'forUpdate',
): SelectQueryBuilder<DB, Table, Row> => (locksRows(db) ? query[strength]() : query);
