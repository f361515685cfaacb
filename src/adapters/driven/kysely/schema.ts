/** Rows as the database holds them. Only files in this folder may import it. Times are ISO text here on every database. */
export interface Schema {
  users: {
    id: string;
    email: string;
    email_canonical: string;
    name: string | null;
    age: number | null;
    password_hash: string | null;
    created_at: string;
    version: number;
  };
  sessions: {
    id: string;
    user_id: string;
    token_hash: string;
    created_at: string;
    last_seen_at: string;
    ip: string;
    user_agent: string;
  };
  password_resets: {
    user_id: string;
    token_hash: string;
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
    letter: string;
    created_at: string;
    /** `null`: given up. */
    due_at: string | null;
    attempts: number;
    last_failure: string | null;
  };
  pair_checks: {
    id: string;
    first: string;
    second: string;
    checked_at: string;
    /** JSON; `null`: not connected. */
    organisations: string | null;
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
    /** Follows from the two above; kept for lists. */
    grace_ends_at: string | null;
    max_activations: number | null;
    activations: number;
    entitlements: string;
    metadata: string;
    last_validated_at: string | null;
    version: number;
  };
  license_activations: {
    license_id: string;
    fingerprint: string;
    name: string | null;
    activated_at: string;
  };
  signing_keys: {
    kid: string;
    /** `current`, or nothing: unique, so that one at most is current. */
    slot: string | null;
    public_key: string;
    sealed_private_key: string | null;
    created_at: string;
    longest_ttl_s: number;
    shown_until: string | null;
  };
}
