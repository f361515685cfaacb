import { Argon2PasswordHasher } from '../../adapters/driven/argon2/argon2-password-hasher.ts';
import { rustArgon2 } from '../../adapters/driven/argon2/rust-argon2.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { Config } from '../config/config.ts';

/** Which library computes the hashes is decided here. They verify each other's; docs/adr/0086 says why this one. */
export const passwordHasher = (hashing: Config['hashing']): PasswordHasher =>
  new Argon2PasswordHasher({ ...hashing, engine: rustArgon2 });
