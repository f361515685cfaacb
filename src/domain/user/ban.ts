import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import type { Instant } from '../shared/instant.ts';
import { message } from '../shared/message.ts';
import { codePoints, hasControlCharacters, hasDirectionalControls, hasVisibleCharacters } from '../shared/unicode.ts';

/** Why a user was banned, in the words of the staff: 1 to 500 characters on any number of lines. */
export type BanReason = Brand<string, 'BanReason'>;

/** @property reason `null`: none was given */
export type Ban = Readonly<{ at: Instant; reason: BanReason | null }>;

export const USER_STATUSES = ['active', 'banned'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

export const userStatus = (ban: Ban | null): UserStatus => (ban === null ? 'active' : 'banned');

const MAX_LENGTH = 500;
const LINE_ENDS_AND_TABS = /[\t\n\r]/g;

export const BanReason = {
  /** @throws {DomainError} user.invalid */
  parse(raw: string): BanReason {
    if (!raw.isWellFormed() || raw === '' || codePoints(raw) > MAX_LENGTH) {
      throw new DomainError('user.invalid', message`${'reason'} must be 1 to ${MAX_LENGTH} characters.`);
    }
    const isReadable = hasVisibleCharacters(raw) && !hasDirectionalControls(raw);
    if (isReadable && !hasControlCharacters(raw.replaceAll(LINE_ENDS_AND_TABS, ' '))) return raw as BanReason;
    throw new DomainError('user.invalid', message`${'reason'} must be visible, without control characters.`);
  },
};
