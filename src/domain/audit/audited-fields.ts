import type { ApiTokenSnapshot } from '../access/api-token.ts';
import type { Activation } from '../license/activation.ts';
import type { LicenseSnapshot } from '../license/license-snapshot.ts';
import { isEqual } from '../shared/canonical-json.ts';
import { Instant } from '../shared/instant.ts';
import { userStatus } from '../user/ban.ts';
import type { Confirmation } from '../user/confirmation.ts';
import type { PasswordReset } from '../user/password-reset.ts';
import type { UserSnapshot } from '../user/user.ts';
import type { AuditChange } from './audit-entry.ts';

type Value = string | number | boolean | readonly string[] | null | undefined;

/**
 * A field as the log names it, which is its name in the API.
 * @property shown `undefined`: the value is personal or secret, and the log says only that it changed
 */
type Field<Stored> = Readonly<{
  name: string;
  compared: (stored: Stored) => unknown;
  shown: ((stored: Stored) => Value) | undefined;
}>;

/** The fields that each property of a record appears as. A new property does not compile until it is listed. */
type Fields<Snapshot> = { readonly [Property in keyof Snapshot]-?: readonly Field<Snapshot[Property]>[] };

const itself = <Stored>(stored: Stored): Stored => stored;

const shown = <Stored extends Value>(name: string): Field<Stored>[] => [{ name, compared: itself, shown: itself }];

const moment = (name: string): Field<Instant | null>[] => [
  { name, compared: itself, shown: (at) => at && Instant.format(at) },
];

const hidden = <Stored>(name: string): Field<Stored>[] => [{ name, compared: itself, shown: undefined }];

/** Ids, which the subject has, versions, and what is sampled or follows from another field. */
const unaudited: never[] = [];

const USER: Fields<UserSnapshot> = {
  id: unaudited,
  email: hidden('email'),
  name: hidden('name'),
  age: hidden('age'),
  passwordHash: hidden('password'),
  createdAt: unaudited,
  role: shown('role'),
  roleSince: unaudited,
  emailConfirmedAt: moment('email_confirmed_at'),
  pendingEmail: hidden('pending_email'),
  // Entries of the second factor name it themselves.
  hasSecondFactor: unaudited,
  ban: [
    { name: 'status', compared: userStatus, shown: userStatus },
    { name: 'reason', compared: (ban) => ban?.reason, shown: undefined },
  ],
  isSample: shown('is_sample'),
  version: unaudited,
};

const LICENSE: Fields<LicenseSnapshot> = {
  id: unaudited,
  key: [{ name: 'license_key', compared: itself, shown: (key) => key.slice(-4) }],
  userId: shown('user_id'),
  product: shown('product'),
  status: shown('status'),
  issuedAt: unaudited,
  startsAt: moment('starts_at'),
  expiresAt: moment('expires_at'),
  graceDays: shown('grace_days'),
  maxActivations: shown('max_activations'),
  activations: shown('activations'),
  entitlements: shown('entitlements'),
  metadata: hidden('metadata'),
  lastValidatedAt: unaudited,
  ownerBanned: unaudited,
  version: unaudited,
};

const ACTIVATION: Fields<Activation> = {
  licenseId: unaudited,
  fingerprint: hidden('fingerprint'),
  name: hidden('name'),
  activatedAt: unaudited,
};

const API_TOKEN: Fields<ApiTokenSnapshot> = {
  id: unaudited,
  ownerId: shown('created_by'),
  name: hidden('name'),
  tokenHash: hidden('token'),
  hint: unaudited,
  scopes: shown('scopes'),
  products: shown('products'),
  networks: shown('networks'),
  createdAt: unaudited,
  days: unaudited,
  expiresAt: moment('expires_at'),
  previous: unaudited,
  lastUsedAt: unaudited,
  lastUsedIp: unaudited,
  version: unaudited,
};

/** Compares two states of a record; `undefined`: it did not exist yet, or no longer. */
type Comparison<Snapshot> = (
  before: Partial<Snapshot> | undefined,
  after: Partial<Snapshot> | undefined,
) => readonly AuditChange[];

const comparison = <Snapshot extends object>(fields: Fields<Snapshot>): Comparison<Snapshot> => {
  const listed = Object.entries(fields) as [keyof Snapshot, readonly Field<unknown>[]][];
  return (before, after) => {
    const changes: AuditChange[] = [];
    for (const [property, appearances] of listed) {
      const [was, is] = [before?.[property], after?.[property]];
      if (was === is) continue;
      for (const field of appearances) {
        const change = changeOf(field, was, is);
        if (change !== undefined) changes.push(change);
      }
    }
    return changes;
  };
};

const changeOf = (field: Field<unknown>, was: unknown, is: unknown): AuditChange | undefined => {
  const [left, right] = [was, is].map((stored) => (stored === undefined ? undefined : field.compared(stored)));
  if ((isEmpty(left) && isEmpty(right)) || isEqual(left, right)) return undefined;
  const { name, shown: show } = field;
  if (show === undefined) return { field: name, changed: true };
  const [before, after] = [was, is].map((stored) => (stored === undefined ? undefined : (show(stored) ?? undefined)));
  return { field: name, before, after };
};

/** A record that begins with an empty field has not changed it. */
const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);

export const userChanges = comparison(USER);
export const licenseChanges = comparison(LICENSE);
export const activationChanges = comparison(ACTIVATION);
export const tokenChanges = comparison(API_TOKEN);

/** Only until when the token of a reset is valid. */
export const resetChanges = (reset: PasswordReset): readonly AuditChange[] => [
  { field: 'expires_at', after: Instant.format(reset.toSnapshot().expiresAt) },
];

/** Purpose and end of the token of a confirmation. */
export const confirmationChanges = (confirmation: Confirmation): readonly AuditChange[] => {
  const { purpose, expiresAt } = confirmation.toSnapshot();
  return [
    { field: 'purpose', after: purpose },
    { field: 'expires_at', after: Instant.format(expiresAt) },
  ];
};

/**
 * Number of records that a change ended, such as sessions at a new password. Empty where it is 0.
 * @param numbers by the name that the log shows
 */
export const counted = (numbers: Readonly<Record<string, number>>): readonly AuditChange[] =>
  Object.entries(numbers).flatMap(([field, after]) => (after === 0 ? [] : { field, after }));
