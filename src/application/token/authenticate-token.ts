import type { OwnerRules } from '../../domain/access/api-token.ts';
import { ApiTokenSecret } from '../../domain/access/api-token-secret.ts';
import { Caller } from '../../domain/access/caller.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import type { FoundApiToken } from '../../ports/api-token-queries.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';
import type { TokenUseBuffer } from './record-token-uses.ts';

type Deps = Pick<Ports, 'apiTokenQueries' | 'clock' | 'securityLog' | 'tokenHasher'> &
  OwnerRules & { tokenUses: TokenUseBuffer };

const BLOCKED_BY = {
  ban: 'API token of a banned user',
  sample: 'API token of the sample administrator',
} as const;

/** Authenticates the bearer of an API token. One look-up and no write. */
export class AuthenticateToken extends UseCase<Deps> {
  /** @throws {DomainError} token.malformed, without a look-up | token.refused, one answer for all reasons */
  async execute({ token: secret, client }: Readonly<{ token: Secret; client: Client }>): Promise<Caller> {
    const { apiTokenQueries, clock, tokenHasher, tokenUses } = this.deps;
    if (!ApiTokenSecret.isWellFormed(secret)) {
      throw new DomainError('token.malformed', 'This is no API token: a character is wrong or missing.');
    }
    const tokenHash = tokenHasher.hash(secret);
    const found = await apiTokenQueries.findByHash(tokenHash);
    if (found === undefined) throw this.#refused(client, 'unknown API token');
    const { token, owner } = found;
    const { ip } = client;
    const at = clock.now();
    const { blockedBy, scopes } = token.within(owner, this.deps);
    if (blockedBy !== undefined) throw this.#refused(client, BLOCKED_BY[blockedBy], found);
    if (!token.accepts(tokenHash, { at, ip })) {
      throw this.#refused(client, 'API token expired, replaced, or used from another network', found);
    }
    tokenUses.add({ id: token.id, at, ip });
    const { id, ownerId, products, networks, expiresAt } = token.toSnapshot();
    return Caller.withToken({ id, ownerId, scopes, products, networks, expiresAt });
  }

  #refused(client: Client, detail: string, found?: FoundApiToken): DomainError {
    const userId = found?.token.ownerId ?? undefined;
    this.deps.securityLog.record({ event: 'authn_token_reuse', userId, client, detail });
    return new DomainError('token.refused', 'The API token is unknown, has expired, or is not valid here.');
  }
}
