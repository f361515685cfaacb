import { hash } from 'node:crypto';
import type { Schema } from '../../src/adapters/driven/kysely/schema.ts';
import { LicenseKey } from '../../src/domain/license/license-key.ts';
import { SeededRandom } from './seeded-random.ts';

/** The rows of one user. */
export type SeedRows = Readonly<{
  user: Schema['users'];
  session: Schema['sessions'];
  license: Schema['licenses'];
  /** The machine that is activated on the license; none if the license does not limit machines. */
  activation: Schema['license_activations'] | undefined;
  /** Recorded checks of a pair; most users are in none. */
  checks: readonly Schema['pair_checks'][];
}>;

export const PASSWORD = 'correct horse battery';

const LABEL = 'guildhall-bench-1';
const SECOND_MS = 1_000;
/** Between the last requests of two users, in the order of their creation; no session has expired. */
const LAST_SEEN_STEP_MS = 100;
const YEAR_MS = 365 * 86_400_000;
const SEATS = 5;
/** One of this many users has a license that does not limit machines. */
export const UNLIMITED_EVERY = 4;
/** One of this many users is in a pair with recorded checks. */
const PAIR_EVERY = 10;
const CHECKS_PER_PAIR = 3;

const FIRST_NAMES = ['Ada', 'Grace', 'Alan', 'Barbara', 'Edsger', 'Frances', 'Ken', 'Margaret', 'Niklaus', 'Radia'];
const LAST_NAMES = ['Lovelace', 'Hopper', 'Turing', 'Liskov', 'Dijkstra', 'Allen', 'Hamilton', 'Wirth', 'Perlman'];
const PRODUCTS = ['editor', 'compiler', 'profiler', 'debugger'];

/** The session token of the n-th user. */
export const tokenOf = (nth: number): string => hash('sha256', `${LABEL} token ${nth}`, 'base64url');

/** The names of the n-th pair. */
export const pairOf = (nth: number): readonly [string, string] => [`dev${nth}a`, `dev${nth}b`];

export const limitsMachines = (nth: number): boolean => nth % UNLIMITED_EVERY !== 0;

export const pairsAmong = (users: number): number => Math.ceil(users / PAIR_EVERY);

/** Defines the content of a store. The same seed and number give the same user. */
export type Seed = Readonly<{
  /** Creation time of the last user; each one before is a second older. ISO. */
  createdUntil: string;
  users: number;
  /** Of `PASSWORD`, the same for all users. */
  passwordHash: string;
}>;

/** @param nth from 0 on, in the order of creation */
export const seedRowsOf = (nth: number, { createdUntil, users, passwordHash }: Seed): SeedRows => {
  const random = new SeededRandom(`${LABEL} user ${nth}`);
  const createdMs = Date.parse(createdUntil) - (users - nth) * SECOND_MS;
  const createdAt = new Date(createdMs).toISOString();
  const wholeSecond = `${createdAt.slice(0, 19)}.000Z`;
  const id = (offset: number) => uuidV7(createdMs + offset, random);
  const name = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
  const email = `${name.toLowerCase().replace(' ', '.')}.${nth}@example.com`;

  const user: Schema['users'] = {
    id: id(0),
    email,
    email_canonical: email,
    name,
    name_folded: name.toLowerCase(),
    age: 18 + random.below(70),
    password_hash: passwordHash,
    created_at: createdAt,
    role: null,
    role_since: null,
    mfa: 0,
    email_confirmed_at: null,
    pending_email: null,
    banned_at: null,
    ban_reason: null,
    is_sample: 0,
    version: 1,
  };
  const session: Schema['sessions'] = {
    id: id(1),
    user_id: user.id,
    token_hash: hash('sha256', tokenOf(nth), 'hex'),
    created_at: createdAt,
    last_seen_at: new Date(Date.parse(createdUntil) - (users - nth) * LAST_SEEN_STEP_MS).toISOString(),
    ip: `192.0.2.${random.below(256)}`,
    elevated_until: null,
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
    user_email: user.email,
    user_role: user.role,
    user_is_sample: user.is_sample,
    user_mfa: user.mfa,
  };
  const isLimited = limitsMachines(nth);
  const expiresAt = new Date(Date.parse(wholeSecond) + 2 * YEAR_MS).toISOString();
  const license: Schema['licenses'] = {
    id: id(2),
    license_key: LicenseKey.generate((end) => random.below(end)),
    user_id: user.id,
    product: random.pick(PRODUCTS),
    status: random.below(50) === 0 ? 'suspended' : 'active',
    issued_at: wholeSecond,
    starts_at: wholeSecond,
    expires_at: expiresAt,
    grace_days: 0,
    grace_ends_at: expiresAt,
    max_activations: isLimited ? SEATS : null,
    activations: isLimited ? 1 : 0,
    entitlements: '["export-pdf","team"]',
    metadata: '{"order":"2026-11"}',
    last_validated_at: wholeSecond,
    owner_banned: 0,
    version: 1,
  };
  const activation = isLimited
    ? {
        license_id: license.id,
        fingerprint: fingerprintOf(nth),
        name: 'laptop',
        activated_at: createdAt,
        last_seen_at: null,
      }
    : undefined;
  return { user, session, license, activation, checks: nth % PAIR_EVERY === 0 ? checksOf(nth, createdMs, random) : [] };
};

/** The fingerprint of the n-th user's machine. */
export const fingerprintOf = (nth: number): string => `machine-${nth}`;

const checksOf = (nth: number, createdMs: number, random: SeededRandom): Schema['pair_checks'][] => {
  const [first, second] = pairOf(nth / PAIR_EVERY);
  return Array.from({ length: CHECKS_PER_PAIR }, (_, index) => ({
    id: uuidV7(createdMs + 3 + index, random),
    first,
    second,
    checked_at: new Date(createdMs + 3 + index).toISOString(),
    organisations: index === 0 ? null : '["org1","org2"]',
    missing: index === 0 ? '["follows"]' : null,
  }));
};

const uuidV7 = (ms: number, random: SeededRandom): string => {
  const time = ms.toString(16).padStart(12, '0');
  const hex = (digits: number): string =>
    random
      .below(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const variant = (8 + random.below(4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant}${hex(3)}-${hex(4)}${hex(4)}${hex(4)}`;
};
