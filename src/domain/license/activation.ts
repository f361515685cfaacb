import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import type { Instant } from '../shared/instant.ts';
import { codePoints, composed, hasControlCharacters } from '../shared/unicode.ts';
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

const LONGEST_NAME = 200;

export const MachineName = {
  /** @throws {DomainError} license.invalid */
  parse(raw: string): MachineName {
    const name = composed(raw);
    if (!name.isWellFormed() || hasControlCharacters(name) || name.trim() === '' || codePoints(name) > LONGEST_NAME) {
      throw new DomainError('license.invalid', `name must be 1 to ${LONGEST_NAME} characters on one line.`);
    }
    return name as MachineName;
  },
};
