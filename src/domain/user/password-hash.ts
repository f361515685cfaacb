import type { Brand } from '../shared/brand.ts';
import { invariant } from '../shared/invariant.ts';

/** What we keep of a password: a PHC string such as `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. */
export type PasswordHash = Brand<string, 'PasswordHash'>;

export const PasswordHash = {
  /** Made by us and never typed by anybody, so anything else is a damaged row. */
  parse(raw: string): PasswordHash {
    invariant(raw.startsWith('$argon2id$'), 'A password hash is not an argon2id PHC string');
    return raw as PasswordHash;
  },
};
