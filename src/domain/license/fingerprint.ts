import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import { message } from '../shared/message.ts';

/**
 * An application's identifier of the machine it runs on: 1 to 128 printable ASCII characters without spaces, such as a
 * hash, a UUID or a hardware address. It is compared and never interpreted.
 */
export type Fingerprint = Brand<string, 'Fingerprint'>;

const FORM = /^[!-~]{1,128}$/;
/** Clients remove the path segments `.` and `..` before they send a request. */
const ONLY_DOTS = /^\.{1,2}$/;

export const Fingerprint = {
  /** `undefined`: not a valid fingerprint. */
  tryParse(raw: string): Fingerprint | undefined {
    return FORM.test(raw) && !ONLY_DOTS.test(raw) ? (raw as Fingerprint) : undefined;
  },

  /** @throws {DomainError} license.invalid */
  parse(raw: string): Fingerprint {
    const fingerprint = Fingerprint.tryParse(raw);
    if (fingerprint !== undefined) return fingerprint;
    const detail = message`${'fingerprint'} must be 1 to 128 printable ASCII characters without spaces, and not . or ...`;
    throw new DomainError('license.invalid', detail);
  },
};
