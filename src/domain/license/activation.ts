import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import type { Instant } from '../shared/instant.ts';
import { message } from '../shared/message.ts';
import { hasInvisibleCharacters, hasVisibleCharacters, isOneLine, toNfc } from '../shared/unicode.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { LicenseId } from './license-id.ts';

/** A machine's display name: 1 to 200 characters on one line. */
export type MachineName = Brand<string, 'MachineName'>;

/** A machine that holds a seat on a license. A machine holds at most one seat on each license. */
export type Activation = Readonly<{
  licenseId: LicenseId;
  fingerprint: Fingerprint;
  name: MachineName | null;
  activatedAt: Instant;
}>;

const MAX_LENGTH = 200;

export const MachineName = {
  /** @throws {DomainError} license.invalid */
  parse(raw: string): MachineName {
    const name = MachineName.fromStore(toNfc(raw));
    if (hasVisibleCharacters(name) && !hasInvisibleCharacters(name)) return name;
    throw new DomainError('license.invalid', message`${'name'} must not contain invisible characters.`);
  },

  /**
   * For stores only: an earlier version accepted invisible characters.
   * @throws {DomainError} license.invalid
   */
  fromStore(raw: string): MachineName {
    if (isOneLine(raw, MAX_LENGTH)) return raw as MachineName;
    throw new DomainError('license.invalid', message`${'name'} must be 1 to ${MAX_LENGTH} characters on one line.`);
  },
};
