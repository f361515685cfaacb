import type { Instant } from '../../src/domain/shared/instant.ts';
import { Confirmation, type ConfirmationPurpose } from '../../src/domain/user/confirmation.ts';
import { Email } from '../../src/domain/user/email.ts';
import { TokenHash } from '../../src/domain/user/token-hash.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { anId } from './ids.ts';
import { NEW_YEAR } from './instants.ts';

type Request = {
  tokenHash?: string;
  purpose?: ConfirmationPurpose;
  userId?: string | null;
  email?: string;
  at?: Instant;
  changedAt?: Instant;
};

/** A request of the user of `aUser()` to confirm the address. Override only what the test is about. */
export const aConfirmation = ({
  tokenHash = 'c0'.repeat(32),
  purpose = 'address',
  userId = anId(1),
  email = 'ada@example.com',
  at = NEW_YEAR,
  changedAt,
}: Request = {}): Confirmation =>
  Confirmation.request({
    tokenHash: TokenHash.parse(tokenHash),
    purpose,
    userId: userId === null ? null : UserId.parse(userId),
    email: Email.parse(email),
    at,
    changedAt,
  });
