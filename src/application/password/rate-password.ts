import { PasswordLevel } from '../../domain/password/password-level.ts';
import type { Secret } from '../../domain/shared/secret.ts';

/** Says how varied a password is. Nothing is kept of it. */
export class RatePassword {
  execute(password: Secret): PasswordLevel {
    return PasswordLevel.of(password);
  }
}
