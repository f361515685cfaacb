import { Instant } from '../../src/domain/shared/instant.ts';
import { Session } from '../../src/domain/user/session.ts';
import { SessionId } from '../../src/domain/user/session-id.ts';
import { TokenHash } from '../../src/domain/user/token-hash.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { anId } from './ids.ts';
import { NEW_YEAR } from './instants.ts';

type Device = {
  id?: string;
  userId?: string;
  tokenHash?: string;
  at?: Instant;
  lastSeenAt?: Instant;
  elevatedUntil?: Instant | null;
  ip?: string;
  userAgent?: string;
};

const BEGINNING = Instant.parse('1970-01-01T00:00:00.000Z');

/** The query for all sessions of a user, expired ones too. */
export const allSessionsOf = (userId: UserId) => ({
  userId,
  limit: 1_000,
  begunAfter: BEGINNING,
  seenAfter: BEGINNING,
  staffSeenAfter: BEGINNING,
});

/** A device on which the user of `aUser()` has logged in. Override only what the test is about. */
export const aSession = ({
  id = anId(0x1001),
  userId = anId(1),
  tokenHash = '5e'.repeat(32),
  at = NEW_YEAR,
  lastSeenAt = at,
  elevatedUntil = Instant.plusMs(at, 600_000),
  ip = '192.0.2.1',
  userAgent = 'curl/8.0',
}: Device = {}): Session =>
  Session.fromSnapshot({
    id: SessionId.parse(id),
    userId: UserId.parse(userId),
    tokenHash: TokenHash.parse(tokenHash),
    createdAt: at,
    lastSeenAt,
    elevatedUntil,
    ip,
    userAgent,
  });
