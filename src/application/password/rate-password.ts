import { PasswordLevel } from '../../domain/password/password-level.ts';
import type { Secret } from '../../domain/shared/secret.ts';

/** Rates a password. Stores nothing. */
export class RatePassword {
  execute(password: Secret): PasswordLevel {
    return PasswordLevel.of(password);
  }
}
