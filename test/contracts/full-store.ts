import type { Schema } from '../../src/adapters/driven/kysely/schema.ts';
import type { openSqliteStore } from '../../src/adapters/driven/kysely/sqlite/open-sqlite-store.ts';
import { anId } from '../builders/ids.ts';

export type Database = ReturnType<typeof openSqliteStore>;

const LATER = '2026-03-01T09:00:00.007Z';
const NEVER = null;

/** The nth of a kind: every second is filled to the last column, the others as little as may be. */
export const rowsOf = (n: number): { [Table in keyof Schema]: Schema[Table] } => {
  const isFull = n % 2 === 1;
  return {
    users: {
      id: anId(n),
      email: `Žofie.${n}@Example.com`,
      email_canonical: `žofie.${n}@example.com`,
      name: isFull ? 'Žofie "🐎" O’Neil\\' : null,
      name_folded: isFull ? 'žofie "🐎" o’neil\\' : null,
      age: isFull ? 36 : null,
      password_hash: isFull ? '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g' : null,
      created_at: '2026-01-01T00:00:00.000Z',
      role: isFull ? 'support' : null,
      role_since: isFull ? LATER : null,
      mfa: isFull ? 1 : 0,
      email_confirmed_at: isFull ? LATER : null,
      pending_email: isFull ? `Žofie.new.${n}@Example.com` : null,
      banned_at: isFull ? LATER : null,
      ban_reason: isFull ? 'A chargeback,\nand “a second one”' : null,
      is_sample: isFull ? 1 : 0,
      version: n,
    },
    sessions: {
      id: anId(n),
      user_id: anId(n),
      token_hash: `session-${n}`,
      created_at: '2026-01-01T00:00:00.010Z',
      last_seen_at: '9999-12-31T23:59:59.999Z',
      elevated_until: isFull ? LATER : NEVER,
      ip: '2001:db8::1',
      user_agent: isFull ? 'Mozilla/5.0 (日本語)' : '',
      user_email: `Žofie.${n}@Example.com`,
      user_role: isFull ? 'support' : null,
      user_is_sample: isFull ? 1 : 0,
      user_mfa: isFull ? 1 : 0,
    },
    password_resets: {
      user_id: anId(n),
      token_hash: `reset-${n}`,
      requested_at: LATER,
      expires_at: LATER,
      confirms_email: isFull ? 1 : 0,
    },
    confirmations: {
      token_hash: `confirmation-${n}`,
      purpose: 'address',
      user_id: isFull ? anId(n) : null,
      email: `Žofie.${n}@Example.com`,
      requested_at: LATER,
      expires_at: LATER,
    },
    attempts: { key: `login-ip ${n} Ž`, count: 2_147_483_647, resets_at: '0001-01-01T00:00:00.000Z' },
    outbox: {
      id: anId(n),
      message: JSON.stringify({ kind: 'welcome', to: 'ada@example.com', name: 'Žofie "🐎"\n\\' }),
      created_at: LATER,
      due_at: isFull ? LATER : NEVER,
      attempts: n,
      last_error: isFull ? 'The mail server is down' : null,
    },
    licenses: {
      id: anId(n),
      license_key: `KEY-${n}`,
      user_id: anId(n),
      product: isFull ? 'editor' : null,
      status: 'active',
      issued_at: LATER,
      starts_at: LATER,
      expires_at: isFull ? LATER : NEVER,
      grace_days: n % 30,
      grace_ends_at: isFull ? LATER : NEVER,
      max_activations: isFull ? 3 : null,
      activations: 1,
      entitlements: '["b","a"]',
      metadata: '{ "spaces": "stay",  "order": [2, 1] }',
      last_validated_at: isFull ? LATER : null,
      owner_banned: isFull ? 1 : 0,
      version: n,
    },
    license_activations: {
      // Many machines on one license, so that a batch ends in the middle of it.
      license_id: anId(n < 3 ? n : 1),
      fingerprint: `machine-${n} Ž`,
      name: isFull ? 'laptop' : null,
      activated_at: LATER,
      last_seen_at: isFull ? LATER : null,
    },
    idempotency_records: {
      key: `key-${n}`,
      fingerprint: `fingerprint-${n}`,
      answer: '{"status":200, "body":"Ž"}',
      expires_at: LATER,
    },
    unsealed_audit_entries: {
      id: anId(n + 1_000_000),
      entry: `{"action":"user.created","changes":[{"changed":true,"field":"Ž"}],"v":1}`,
      at: LATER,
      actor_kind: isFull ? 'staff' : 'root',
      actor_id: isFull ? anId(n) : null,
      action: 'user.created',
      subject_kind: 'user',
      subject_id: isFull ? anId(n) : null,
      request_id: isFull ? `request-${n}` : null,
      ip: isFull ? '2001:db8::1' : null,
      user_agent: isFull ? 'Mozilla/5.0 (日本語)' : null,
    },
    audit_entries: {
      id: anId(n),
      entry: `{"action":"user.deleted","changes":[{"changed":true,"field":"Ž"}],"v":1}`,
      at: LATER,
      actor_kind: isFull ? 'staff' : 'root',
      actor_id: isFull ? anId(n) : null,
      action: 'user.deleted',
      subject_kind: 'user',
      subject_id: isFull ? anId(n) : null,
      request_id: isFull ? `request-${n}` : null,
      ip: isFull ? '2001:db8::1' : null,
      user_agent: isFull ? 'Mozilla/5.0 (日本語)' : null,
      seq: 3_000_000_000 + n,
      prev: 'ab',
      hash: 'cd',
      sealed_at: LATER,
    },
    audit_chain: { name: `end-${n}`, seq: 3_000_000_000 + n, hash: 'ef', at: isFull ? LATER : null },
    api_tokens: {
      id: anId(n),
      owner_id: isFull ? anId(n) : null,
      name: 'Žofie’s server',
      token_hash: `token-${n}`,
      hint: '28u7',
      scopes: '["licenses:read"]',
      products: isFull ? '["editor", "Žofie"]' : '[]',
      networks: isFull ? '["2001:db8::/32"]' : '[]',
      created_at: LATER,
      days: 90,
      expires_at: LATER,
      previous_hash: isFull ? `old-token-${n}` : null,
      previous_valid_until: isFull ? LATER : null,
      last_used_at: isFull ? LATER : null,
      last_used_ip: isFull ? '2001:db8::1' : null,
      version: n,
    },
    signing_keys: {
      kid: `key-${n}`,
      slot: n === 1 ? 'current' : null,
      public_key: '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
      sealed_private_key: isFull ? 'v1.sealed' : null,
      created_at: LATER,
      max_ttl_s: 86_400,
      published_until: isFull ? null : LATER,
    },
    second_factors: {
      user_id: anId(n),
      seed: `0123abcd.sealed-${n}`,
      confirmed_at: isFull ? LATER : NEVER,
      expires_at: isFull ? NEVER : LATER,
      last_step: isFull ? 58_000_000 : null,
    },
    login_challenges: {
      token_hash: `challenge-${n}`,
      user_id: anId(n),
      password_digest: 'digest',
      earlier_token_hash: isFull ? 'earlier' : null,
      failures: n % 5,
      requested_at: LATER,
      expires_at: LATER,
    },
    known_networks: { hash: `network-${n}`, user_id: anId(n), expires_at: LATER },
    expiry_notices: { license_id: anId(n), expires_at: LATER, days: isFull ? 14 : 3, queued_at: LATER },
    recovery_codes: { user_id: anId(n), hash: `code-${n}` },
    daily_counts: { day: `2026-01-0${n % 10}`, name: `count ${n}`, count: isFull ? 7 : 0 },
    store_facts: { name: `fact ${n} Ž`, value: isFull ? '0123abcd' : '' },
    pair_checks: {
      id: anId(n),
      first: 'ada',
      second: 'grace',
      checked_at: LATER,
      organisations: isFull ? '["guild","lovelace"]' : null,
      missing: isFull ? null : '["organisation"]',
    },
  };
};

/** What a transaction and a database itself have in common: both take rows. */
type Takes = Pick<Database, 'insertInto'>;

/** Puts so many rows into every table there is, numbered from `first` on. */
export const fill = async (db: Database, count: number, first = 1): Promise<void> => {
  const all = Array.from({ length: count }, (_, n) => rowsOf(n + first));
  await db.transaction().execute(async (tx: Takes) => {
    for (const table of Object.keys(rowsOf(1)) as (keyof Schema)[]) {
      for (let n = 0; n < all.length; n += 100) {
        const rows = all.slice(n, n + 100).map((row) => row[table]);
        await tx
          .insertInto(table)
          .values(rows as never)
          .execute();
      }
    }
  });
};

const JSON_ON_POSTGRES = ['message', 'organisations', 'missing'];

/** Every row of every table, in an order of our own; JSON is read where a database may write it in its own way. */
export const contentOf = async (db: Database): Promise<Record<string, unknown[]>> => {
  const tables = (await db.introspection.getTables()).map(({ name }) => name).sort();
  const content: Record<string, unknown[]> = {};
  for (const table of tables) {
    const rows = await db
      .selectFrom(table as 'users')
      .selectAll()
      .execute();
    const read = rows.map((row: object) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column,
          JSON_ON_POSTGRES.includes(column) && value !== null ? JSON.parse(value) : value,
        ]),
      ),
    );
    content[table] = read.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  return content;
};
