import type { CommonPasswords } from '../../../ports/common-passwords.ts';

/** `PASSWORD_BLOCKLIST=off`: every password is rare. For demonstrations only. */
export class NoCommonPasswords implements CommonPasswords {
  has(): boolean {
    return false;
  }
}
