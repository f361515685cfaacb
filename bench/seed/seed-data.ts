import { hash } from 'node:crypto';
import type { Schema } from '../../src/adapters/driven/kysely/schema.ts';
import { LicenseKey } from '../../src/domain/license/license-key.ts';
import { Chance } from './chance.ts';

/** A person with all that we keep of them. */
export type Person = Readonly<{
  user: Schema['users'];
  session: Schema['sessions'];
  license: Schema['licenses'];
  /** The machine that has a seat on the license; none where machines are not counted. */
  activation: Schema['license_activations'] | undefined;
  /** What was found out about a pair; most people take part in none. */
  checks: readonly Schema['pair_checks'][];
}>;

export const PASSWORD = 'correct horse battery';

const SEED = 'guildhall-bench-1';
const SECOND_MS = 1_000;
/** Who came in later was here later; nobody was away for so long that the session has ended. */
const VISIT_MS = 100;
const YEAR_MS = 365 * 86_400_000;
const SEATS = 5;
/** Of so many people one has a license that counts no machines. */
export const UNCOUNTED_EVERY = 10;
/** Of so many people one is in a pair with a history. */
const PAIR_EVERY = 10;
const CHECKS_A_PAIR = 3;

const FIRST_NAMES = ['Ada', 'Grace', 'Alan', 'Barbara', 'Edsger', 'Frances', 'Ken', 'Margaret', 'Niklaus', 'Radia'];
const LAST_NAMES = ['Lovelace', 'Hopper', 'Turing', 'Liskov', 'Dijkstra', 'Allen', 'Hamilton', 'Wirth', 'Perlman'];
const PRODUCTS = ['editor', 'compiler', 'profiler', 'debugger'];

/** The token that opens the session of the n-th person. */
export const tokenOf = (nth: number): string => hash('sha256', `${SEED} token ${nth}`, 'base64url');

/** The names of the n-th pair. */
export const pairOf = (nth: number): readonly [string, string] => [`dev${nth}a`, `dev${nth}b`];

export const countsMachines = (nth: number): boolean => nth % UNCOUNTED_EVERY !== 0;

export const pairsAmong = (people: number): number => Math.ceil(people / PAIR_EVERY);

/** What a store of people is made from. The same world and number give the same person. */
export type World = Readonly<{
  /** The last of them came in then, one a second before; ISO. */
  at: string;
  people: number;
  /** Of `PASSWORD`; everybody has the same. */
  passwordHash: string;
}>;

/** @param nth from 0 on, in the order in which they came */
export const personOf = (nth: number, { at, people, passwordHash }: World): Person => {
  const chance = new Chance(`${SEED} person ${nth}`);
  const bornMs = Date.parse(at) - (people - nth) * SECOND_MS;
  const bornAt = new Date(bornMs).toISOString();
  const wholeSecond = `${bornAt.slice(0, 19)}.000Z`;
  const id = (offset: number) => uuidV7(bornMs + offset, chance);
  const name = `${chance.pick(FIRST_NAMES)} ${chance.pick(LAST_NAMES)}`;
  const email = `${name.toLowerCase().replace(' ', '.')}.${nth}@example.com`;

  const user: Schema['users'] = {
    id: id(0),
    email,
    email_canonical: email,
    name,
    age: 18 + chance.below(70),
    password_hash: passwordHash,
    created_at: bornAt,
    version: 1,
  };
  const session: Schema['sessions'] = {
    id: id(1),
    user_id: user.id,
    token_hash: hash('sha256', tokenOf(nth), 'hex'),
    created_at: bornAt,
    last_seen_at: new Date(Date.parse(at) - (people - nth) * VISIT_MS).toISOString(),
    ip: `192.0.2.${chance.below(256)}`,
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  };
  const isCounted = countsMachines(nth);
  const expiresAt = new Date(Date.parse(wholeSecond) + 2 * YEAR_MS).toISOString();
  const license: Schema['licenses'] = {
    id: id(2),
    license_key: LicenseKey.generate((end) => chance.below(end)),
    user_id: user.id,
    product: chance.pick(PRODUCTS),
    status: chance.below(50) === 0 ? 'suspended' : 'active',
    issued_at: wholeSecond,
    starts_at: wholeSecond,
    expires_at: expiresAt,
    grace_days: 0,
    grace_ends_at: expiresAt,
    max_activations: isCounted ? SEATS : null,
    activations: isCounted ? 1 : 0,
    entitlements: '["export-pdf","team"]',
    metadata: '{"order":"2026-11"}',
    last_validated_at: wholeSecond,
    version: 1,
  };
  const activation = isCounted
    ? { license_id: license.id, fingerprint: fingerprintOf(nth), name: 'laptop', activated_at: bornAt }
    : undefined;
  return { user, session, license, activation, checks: nth % PAIR_EVERY === 0 ? checksOf(nth, bornMs, chance) : [] };
};

/** What the n-th person's machine is called. */
export const fingerprintOf = (nth: number): string => `machine-${nth}`;

const checksOf = (nth: number, bornMs: number, chance: Chance): Schema['pair_checks'][] => {
  const [first, second] = pairOf(nth / PAIR_EVERY);
  return Array.from({ length: CHECKS_A_PAIR }, (_, index) => ({
    id: uuidV7(bornMs + 3 + index, chance),
    first,
    second,
    checked_at: new Date(bornMs + 3 + index).toISOString(),
    organisations: index === 0 ? null : '["org1","org2"]',
  }));
};

const uuidV7 = (ms: number, chance: Chance): string => {
  const time = ms.toString(16).padStart(12, '0');
  const hex = (digits: number): string =>
    chance
      .below(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const variant = (8 + chance.below(4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant}${hex(3)}-${hex(4)}${hex(4)}${hex(4)}`;
};
