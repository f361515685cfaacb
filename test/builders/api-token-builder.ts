import { ApiToken, ApiTokenId, type ApiTokenInput } from '../../src/domain/access/api-token.ts';
import type { Instant } from '../../src/domain/shared/instant.ts';
import { TokenHash } from '../../src/domain/user/token-hash.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { anId } from './ids.ts';
import { NEW_YEAR } from './instants.ts';

/** The hash of some secret. */
export const aSecretHash = (n = 1): TokenHash => TokenHash.parse(n.toString(16).padStart(64, '0'));

type Parts = Partial<ApiTokenInput> & { id?: string; ownerId?: string | null; secret?: number; at?: Instant };

/** A token that its owner has just created. It may read licenses for 90 days. */
export const aToken = ({ id = anId(0x7001), ownerId = anId(1), secret = 1, at = NEW_YEAR, ...input }: Parts = {}) =>
  ApiToken.issue({
    name: 'build server',
    scopes: ['licenses:read'],
    ...input,
    id: ApiTokenId.parse(id),
    ownerId: ownerId === null ? null : UserId.parse(ownerId),
    tokenHash: aSecretHash(secret),
    hint: '28u7',
    at,
  });
