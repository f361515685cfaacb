import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';

/**
 * What an application calls the machine it runs on: 1 to 128 printable ASCII characters without spaces, such as a hash,
 * a UUID or a hardware address. It is the application's secret how it is made; we only compare.
 */
export type Fingerprint = Brand<string, 'Fingerprint'>;

const FORM = /^[!-~]{1,128}$/;
/** Clients take `.` and `..` out of a path before they send it. */
const ONLY_DOTS = /^\.{1,2}$/;

export const Fingerprint = {
  /** `undefined`: no machine can have this one. */
  tryParse(raw: string): Fingerprint | undefined {
    return FORM.test(raw) && !ONLY_DOTS.test(raw) ? (raw as Fingerprint) : undefined;
  },

  /** @throws {DomainError} license.invalid */
  parse(raw: string): Fingerprint {
    const fingerprint = Fingerprint.tryParse(raw);
    if (fingerprint !== undefined) return fingerprint;
    throw new DomainError('license.invalid', 'fingerprint must be 1 to 128 printable ASCII characters without spaces.');
  },
};
