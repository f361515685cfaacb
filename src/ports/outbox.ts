import { Instant } from '../domain/shared/instant.ts';

/**
 * What a letter is about. It is worded when it is sent, not when it is promised.
 *
 * `password-reset` has no token in production: it is made when the letter is written, so that no usable token lies
 * in the store, and the letter is promised for unknown addresses as well, so that asking takes the same time for all.
 *
 * No letter holds words that a client chose: whoever registers the address of somebody else would write to them by us.
 */
export type OutgoingEmail = Readonly<
  | { kind: 'welcome'; to: string }
  | { kind: 'password-reset'; to: string; token?: string }
  | { kind: 'password-changed'; to: string; at: Instant }
  | { kind: 'email-changed'; to: string; at: Instant }
>;

type Fields = Readonly<Record<string, unknown>>;

const isMoment = ({ at }: Fields): boolean => typeof at === 'string' && Instant.isValid(at);

const FIELD_CHECKS: Readonly<Record<OutgoingEmail['kind'], (fields: Fields) => boolean>> = {
  welcome: () => true,
  'password-reset': ({ token }) => token === undefined || typeof token === 'string',
  'password-changed': isMoment,
  'email-changed': isMoment,
};

/** What lay in a store may be damaged, or promised by a newer version in words of its own. */
export const isOutgoingEmail = (value: unknown): value is OutgoingEmail => {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Fields;
  const isSound = Object.hasOwn(FIELD_CHECKS, String(fields.kind))
    ? FIELD_CHECKS[fields.kind as OutgoingEmail['kind']]
    : undefined;
  return typeof fields.to === 'string' && isSound?.(fields) === true;
};

/** `letter` is missing where it cannot be read. */
export type QueuedEmail = Readonly<{ id: string; email: OutgoingEmail | undefined; attempts: number }>;

/**
 * Letters that are promised but not yet sent. Each lives and dies with the transaction that wrote it.
 *
 * Every adapter passes test/contracts/outbox.contract.ts.
 */
export interface Outbox {
  add(id: string, email: OutgoingEmail, at: Instant): Promise<void>;

  /**
   * Hands out what is due, oldest first, and hides it from other workers until `leaseUntil`: also what cannot be read,
   * which must not stand in the way of the others.
   */
  claim(query: { at: Instant; leaseUntil: Instant; limit: number }): Promise<readonly QueuedEmail[]>;

  /** Sent, or found to be for nobody: it is forgotten. */
  done(id: string): Promise<void>;

  /** Tried and failed: due again at `until`. `undefined`: given up, and kept for a person to look at. */
  postpone(id: string, until: Instant | undefined, reason: string): Promise<void>;
}
