import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TEN_YEARS_MS = 10 * 365 * 24 * HOUR_MS;

/**
 * A limit of attempts per window. A window begins with its first attempt and ends `windowMs` later.
 * @property onGuesses of passwords, codes or tokens: the audit log says when the limit is reached
 */
export type ThrottlePolicy = Readonly<{ name: string; limit: number; windowMs: number; onGuesses?: true }>;

/**
 * The limits on guessing and on emails. The window of `login-failures-in-a-row` never ends in practice: after a hundred
 * consecutive failures only a password reset reopens the account, and the response has no Retry-After.
 */
export const THROTTLE_POLICIES = {
  loginByAddressAndIp: { name: 'login-address-ip', limit: 10, windowMs: 15 * MINUTE_MS, onGuesses: true },
  loginByAddress: { name: 'login-address', limit: 30, windowMs: HOUR_MS, onGuesses: true },
  loginByKnownNetwork: { name: 'login-known', limit: 10, windowMs: 15 * MINUTE_MS, onGuesses: true },
  loginByIp: { name: 'login-ip', limit: 100, windowMs: 15 * MINUTE_MS, onGuesses: true },
  loginFailuresInARow: { name: 'login-failures-in-a-row', limit: 100, windowMs: TEN_YEARS_MS, onGuesses: true },
  resetRequestByAddressAndIp: { name: 'reset-request-address-ip', limit: 10, windowMs: HOUR_MS },
  resetRequestByAddress: { name: 'reset-request-address', limit: 20, windowMs: HOUR_MS },
  resetRequestByIp: { name: 'reset-request-ip', limit: 100, windowMs: HOUR_MS },
  resetByAddressAndIp: { name: 'reset-address-ip', limit: 10, windowMs: HOUR_MS, onGuesses: true },
  resetByAddress: { name: 'reset-address', limit: 30, windowMs: HOUR_MS, onGuesses: true },
  resetByIp: { name: 'reset-ip', limit: 100, windowMs: HOUR_MS, onGuesses: true },
  resetByToken: { name: 'reset-token', limit: 10, windowMs: HOUR_MS },
  adminKeyByIp: { name: 'admin-key-ip', limit: 100, windowMs: 15 * MINUTE_MS, onGuesses: true },
  activationByLicense: { name: 'activation-license', limit: 1_000, windowMs: HOUR_MS },
  credentialChangeByUser: { name: 'credential-change-user', limit: 20, windowMs: HOUR_MS },
  credentialChangeByIp: { name: 'credential-change-ip', limit: 100, windowMs: HOUR_MS },
  emailByRecipient: { name: 'email-recipient', limit: 20, windowMs: HOUR_MS },
  confirmationByRecipient: { name: 'confirmation-recipient', limit: 20, windowMs: HOUR_MS },
  licenseEmailByRecipient: { name: 'license-email-recipient', limit: 60, windowMs: HOUR_MS },
  mfaByAccount: { name: 'mfa-account', limit: 5, windowMs: 15 * MINUTE_MS, onGuesses: true },
  loginsLocked: { name: 'logins-locked-account', limit: 1, windowMs: 24 * HOUR_MS },
  codeRequired: { name: 'code-required-account', limit: 1, windowMs: 24 * HOUR_MS },
  alreadyRegisteredByAddress: { name: 'already-registered-address', limit: 1, windowMs: 24 * HOUR_MS },
  addressRequestedByAddress: { name: 'address-requested-address', limit: 1, windowMs: 24 * HOUR_MS },
  registrationByToken: { name: 'registration-token', limit: 10, windowMs: HOUR_MS },
  registrationByIp: { name: 'registration-ip', limit: 300, windowMs: 10 * MINUTE_MS },
} as const satisfies Record<string, ThrottlePolicy>;

/** The use of a window. `count` includes the present attempt. */
export type Usage = Readonly<{ policy: ThrottlePolicy; count: number; resetsAt: Instant }>;

/** A limit is exceeded. Names the limit and the time to wait. */
export class ThrottleExceeded extends DomainError {
  override readonly name = 'ThrottleExceeded';
  readonly policy: ThrottlePolicy;
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;

  constructor({ policy, resetsAt }: Usage, at: Instant) {
    const seconds = Math.max(1, Math.ceil(Instant.msBetween(at, resetsAt) / 1000));
    super('throttle.exceeded', `Too many attempts. Try again in ${seconds === 1 ? '1 second' : `${seconds} seconds`}.`);
    this.policy = policy;
    this.retryAfterSeconds = seconds;
  }
}

/** @throws {ThrottleExceeded} throttle.exceeded, for the exceeded limit with the longest wait */
export const assertWithinLimits = (usages: readonly Usage[], at: Instant): void => {
  const [longest] = usages
    .filter(({ policy, count }) => count > policy.limit)
    .sort((a, b) => (a.resetsAt < b.resetsAt ? 1 : -1));
  if (longest !== undefined) throw new ThrottleExceeded(longest, at);
};
