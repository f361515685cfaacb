import type { Brand } from '../shared/brand.ts';
import { invariant } from '../shared/invariant.ts';

/** The stored form of a password: a PHC string such as `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. */
export type PasswordHash = Brand<string, 'PasswordHash'>;

export const PasswordHash = {
  /** Anything but an argon2id PHC string is a damaged row and breaks an invariant. */
  parse(raw: string): PasswordHash {
    invariant(raw.startsWith('$argon2id$'), 'A password hash is not an argon2id PHC string');
    return raw as PasswordHash;
  },
};
