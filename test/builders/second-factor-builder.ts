import type { Instant } from '../../src/domain/shared/instant.ts';
import { SecondFactor } from '../../src/domain/user/second-factor.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { anId } from './ids.ts';
import { NEW_YEAR } from './instants.ts';

type Given = {
  userId?: string;
  sealedSeed?: string;
  confirmedAt?: Instant | null;
  expiresAt?: Instant | null;
  lastStep?: number | null;
};

/** The confirmed second factor of Ada. */
export const aSecondFactor = ({
  userId = anId(1),
  sealedSeed = '0123abcd.sealed',
  confirmedAt = NEW_YEAR,
  expiresAt = null,
  lastStep = 58_000_000,
}: Given = {}): SecondFactor =>
  SecondFactor.fromSnapshot({ userId: UserId.parse(userId), sealedSeed, confirmedAt, expiresAt, lastStep });
