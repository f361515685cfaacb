import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import type { Instant } from '../shared/instant.ts';
import { codePoints, hasControlCharacters, toNfc } from '../shared/unicode.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { LicenseId } from './license-id.ts';

/** What a person calls a machine: 1 to 200 characters on one line. */
export type MachineName = Brand<string, 'MachineName'>;

/** One machine that has a seat on a license. A machine has one seat at most, however often it asks. */
export type Activation = Readonly<{
  licenseId: LicenseId;
  fingerprint: Fingerprint;
  name: MachineName | null;
  activatedAt: Instant;
}>;

const MAX_NAME_LENGTH = 200;

export const MachineName = {
  /** @throws {DomainError} license.invalid */
  parse(raw: string): MachineName {
    const name = toNfc(raw);
    if (
      !name.isWellFormed() ||
      hasControlCharacters(name) ||
      name.trim() === '' ||
      codePoints(name) > MAX_NAME_LENGTH
    ) {
      throw new DomainError('license.invalid', `name must be 1 to ${MAX_NAME_LENGTH} characters on one line.`);
    }
    return name as MachineName;
  },
};
