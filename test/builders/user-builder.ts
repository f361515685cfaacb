import type { Instant } from '../../src/domain/shared/instant.ts';
import { Age } from '../../src/domain/user/age.ts';
import { Email } from '../../src/domain/user/email.ts';
import { PasswordHash } from '../../src/domain/user/password-hash.ts';
import { User } from '../../src/domain/user/user.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { UserName } from '../../src/domain/user/user-name.ts';
import { anId } from './ids.ts';
import { NEW_YEAR } from './instants.ts';

type Person = {
  id?: string;
  email?: string;
  name?: string | null;
  age?: number | null;
  passwordHash?: string | null;
  at?: Instant;
};

/** Ada, who has just come in. Override only what the test is about. */
export const aUser = ({
  id = anId(1),
  email = 'ada@example.com',
  name = 'Ada Lovelace',
  age = 36,
  passwordHash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g',
  at = NEW_YEAR,
}: Person = {}): User =>
  User.register({
    id: UserId.parse(id),
    email: Email.parse(email),
    name: name === null ? null : UserName.parse(name),
    age: age === null ? null : Age.fromStore(age),
    passwordHash: passwordHash === null ? null : PasswordHash.parse(passwordHash),
    at,
  });
