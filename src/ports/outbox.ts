import { Instant } from '../domain/shared/instant.ts';

const PASSWORD_REMOVALS = ['factor-reset', 'change-cancelled'] as const;

/** The cause for which a password was removed that its owner did not ask to reset. */
export type PasswordRemoval = (typeof PASSWORD_REMOVALS)[number];

/**
 * The subject of a queued email. The text is rendered when it is sent.
 *
 * In production `password-reset` has no token: rendering creates it, so that the store contains no usable token. It is
 * queued for unknown addresses too, so that all requests take the same time. `requestId`: of the request that caused it.
 *
 * The same holds for `confirm-registration` and `confirm-address`. Tokens of confirmations are created by rendering, too.
 *
 * `mustConfirm` of `welcome`: a log-in takes a confirmed address, which this one is not yet.
 *
 * `reason` of `password-reset`: what has removed the password; absent where the reset was asked for, and in emails that an
 * earlier version queued.
 *
 * `staff-invitation` never has its token. `by`: id of the user who gave the role; `null`: the administrator key did.
 *
 * `days` of `license-expiry`: of the notice that it belongs to; absent in emails that an earlier version queued.
 *
 * A license key is read from its license when the email is rendered, and goes to the present address of the owner.
 *
 * No email contains text of a client: with it, registering another person's address would send them that text. The
 * product of a license is the vendor's text.
 */
export type OutgoingEmail = Readonly<
  | { kind: 'welcome'; to: string; mustConfirm?: true }
  | { kind: 'confirm-registration'; to: string; requestId: string }
  | { kind: 'confirm-address'; to: string; userId: string; requestId: string }
  | { kind: 'address-change-requested'; to: string; userId: string; at: Instant; requestId: string }
  | { kind: 'password-reset'; to: string; token?: string; ttlMs?: number; requestId?: string; reason?: PasswordRemoval }
  | { kind: 'staff-invitation'; to: string; by: string | null; ttlMs: number; requestId: string }
  | { kind: 'password-changed'; to: string; at: Instant }
  | { kind: 'email-changed'; to: string; at: Instant }
  | { kind: 'mfa-enabled'; to: string; at: Instant }
  | { kind: 'mfa-disabled'; to: string; at: Instant }
  | { kind: 'logins-locked'; to: string; isKnown: boolean; at: Instant }
  | { kind: 'code-required'; to: string; at: Instant }
  | { kind: 'license-key'; to: string; licenseId: string }
  | { kind: 'license-expiry'; to: string; licenseId: string; expiresAt: Instant; days?: number }
>;

type Fields = Readonly<Record<string, unknown>>;

const hasInstant = ({ at }: Fields): boolean => typeof at === 'string' && Instant.isValid(at);

const hasRequestId = ({ requestId }: Fields): boolean => typeof requestId === 'string';

const hasUserId = ({ userId }: Fields): boolean => typeof userId === 'string';

const hasLicenseId = ({ licenseId }: Fields): boolean => typeof licenseId === 'string';

const FIELD_CHECKS: Readonly<Record<OutgoingEmail['kind'], (fields: Fields) => boolean>> = {
  welcome: ({ mustConfirm }) => mustConfirm === undefined || mustConfirm === true,
  'confirm-registration': hasRequestId,
  'confirm-address': (fields) => hasUserId(fields) && hasRequestId(fields),
  'address-change-requested': (fields) => hasUserId(fields) && hasRequestId(fields) && hasInstant(fields),
  'password-reset': ({ token, ttlMs, requestId, reason }) =>
    (token === undefined || typeof token === 'string') &&
    (ttlMs === undefined || typeof ttlMs === 'number') &&
    (requestId === undefined || typeof requestId === 'string') &&
    (reason === undefined || PASSWORD_REMOVALS.some((known) => known === reason)),
  'staff-invitation': ({ by, ttlMs, requestId }) =>
    (by === null || typeof by === 'string') && typeof ttlMs === 'number' && typeof requestId === 'string',
  'password-changed': hasInstant,
  'email-changed': hasInstant,
  'mfa-enabled': hasInstant,
  'mfa-disabled': hasInstant,
  'license-key': hasLicenseId,
  'license-expiry': (fields) =>
    hasLicenseId(fields) &&
    Instant.isValid(String(fields.expiresAt)) &&
    (fields.days === undefined || typeof fields.days === 'number'),
  'logins-locked': (fields) => hasInstant(fields) && typeof fields.isKnown === 'boolean',
  'code-required': hasInstant,
};

/** False for a damaged row, and for a kind that a newer version queued. */
export const isOutgoingEmail = (value: unknown): value is OutgoingEmail => {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Fields;
  if (typeof fields.to !== 'string' || !Object.hasOwn(FIELD_CHECKS, String(fields.kind))) return false;
  return FIELD_CHECKS[fields.kind as OutgoingEmail['kind']](fields);
};

/** @property email `undefined`: not readable */
export type QueuedEmail = Readonly<{ id: string; email: OutgoingEmail | undefined; attempts: number }>;

/** The queue of emails. Belongs to the unit of work, so an email is queued only if the change it reports is committed. */
export interface Outbox {
  add(id: string, email: OutgoingEmail, at: Instant): Promise<void>;

  /**
   * Claims due emails, oldest first, and hides them from other workers until `leaseUntil`. Includes unreadable ones, so
   * that they do not block the others, and those due after `latestDue`, which a clock that was ahead has queued.
   */
  claim(query: {
    at: Instant;
    leaseUntil: Instant;
    latestDue: Instant;
    limit: number;
  }): Promise<readonly QueuedEmail[]>;

  /**
   * Extends a lease while its email is being sent.
   * @param lease the end of the lease as it was claimed or last renewed
   * @returns false: the lease expired and was lost to another worker, or the email is settled
   */
  renew(id: string, lease: Instant, until: Instant): Promise<boolean>;

  /** Removes an email that was sent or dropped. */
  done(id: string): Promise<void>;

  /** Counts a failed attempt. Due again at `until`; `undefined`: dead-lettered, kept for an administrator. */
  postpone(id: string, until: Instant | undefined, reason: string): Promise<void>;
}
