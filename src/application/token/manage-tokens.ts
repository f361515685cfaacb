import {
  ApiToken,
  type ApiTokenChange,
  ApiTokenId,
  type ApiTokenInput,
  MAX_LIVE_TOKENS,
  type OwnerRules,
} from '../../domain/access/api-token.ts';
import { ApiTokenSecret } from '../../domain/access/api-token-secret.ts';
import type { Caller } from '../../domain/access/caller.ts';
import { tokenChanges } from '../../domain/audit/audited-fields.ts';
import { type AcceptedVersions, assertVersion } from '../../domain/shared/accepted-versions.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { type AuditRecord, recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { type IdempotentRequest, once } from '../idempotency.ts';
import { UseCase } from '../use-case.ts';
import { type OwnedTokenView, ownedTokenView, savedTokenView, type TokenView, tokenView } from './token-view.ts';

type Deps = Pick<
  Ports,
  'apiTokenQueries' | 'clock' | 'idGenerator' | 'randomSource' | 'securityLog' | 'tokenHasher' | 'unitOfWork'
> &
  OwnerRules & { idempotencyRetentionMs: number };

type Command = Readonly<{ caller: Caller; tokenId: string; client: Client }>;

/** @property secret shown once; only its hash is stored */
export type TokenWithSecret = Readonly<{ token: TokenView; secret: Secret }>;

/**
 * Creates, lists, changes, rotates and revokes API tokens. Every operation throws access.unauthenticated or
 * access.forbidden, one that writes also access.step-up-required, and one on a token token.not-found.
 */
export class ManageTokens extends UseCase<Deps> {
  async list({ caller }: Readonly<{ caller: Caller }>): Promise<readonly OwnedTokenView[]> {
    caller.require('tokens:write');
    const at = this.deps.clock.now();
    return (await this.deps.apiTokenQueries.list()).map((found) => ownedTokenView(found, this.deps, at));
  }

  async read({ caller, tokenId }: Readonly<{ caller: Caller; tokenId: string }>): Promise<OwnedTokenView> {
    caller.require('tokens:write');
    const found = await this.deps.apiTokenQueries.get(ApiTokenId.parse(tokenId));
    return ownedTokenView(found, this.deps, this.deps.clock.now());
  }

  /**
   * The token belongs to the person whose session it is; one of root or the command line has no owner.
   * @throws {DomainError} token.scope-too-wide | token.invalid | token.too-many | user.not-found
   */
  async create({
    caller,
    input,
    client,
  }: Readonly<{ caller: Caller; input: ApiTokenInput; client: Client }>): Promise<TokenWithSecret> {
    const { clock, idGenerator, unitOfWork } = this.deps;
    const at = clock.now();
    const expiresAt = caller.token && ApiToken.endOf(input.expiresInDays, at);
    caller.requireWithin({ products: [], networks: [], ...input, expiresAt });
    caller.require('tokens:write');
    caller.requireStepUp(at);
    const { secret, stored } = this.#newSecret();
    const ownerId = caller.userId ?? null;
    const token = ApiToken.issue({ ...input, ...stored, id: ApiTokenId.parse(idGenerator.next()), ownerId, at });
    await unitOfWork.run(async (stores) => {
      await assertRoom(stores, ownerId, at);
      await stores.apiTokens.save(token);
      await this.#audit(stores, { caller, client, action: 'token.created', before: undefined, after: token, at });
    });
    this.#record('sensitive_create', token, client, 'API token');
    return { token: savedTokenView(token, at), secret };
  }

  /**
   * @throws {DomainError} token.scope-too-wide | token.invalid | token.stale | request.precondition-failed | idempotency.*
   * @throws {AlreadyAnswered}
   */
  async change(
    command: Command &
      Readonly<{
        change: ApiTokenChange;
        acceptedVersions?: AcceptedVersions;
        idempotency?: IdempotentRequest<TokenView> | undefined;
      }>,
  ): Promise<TokenView> {
    const { caller, change, acceptedVersions, idempotency, client } = command;
    caller.requireWithin(change);
    const { id, at } = this.#authorize(command);
    return once(this.deps, idempotency, async (run) => {
      const view = await run(async (stores) => {
        const present = await lock(stores, id, caller);
        assertVersion(present, acceptedVersions);
        const changed = present.change(change);
        // The name and the networks may be set to what they are.
        if (changed === present) return tokenView(present.toSnapshot(), at);
        await stores.apiTokens.save(changed);
        await this.#audit(stores, { caller, client, action: 'token.changed', before: present, after: changed, at });
        return savedTokenView(changed, at);
      });
      this.#record('sensitive_update', view, client, 'API token changed');
      return view;
    });
  }

  /**
   * @param command.overlapS time for which the present secret stays valid, in seconds
   * @param command.presentHint hint of the secret that the caller means to replace: of two rotations of one secret, one succeeds
   * @throws {DomainError} token.invalid | token.stale | token.too-many: it had expired, and the owner has as many others
   */
  async rotate(
    command: Command & Readonly<{ overlapS?: number | undefined; presentHint?: string | undefined }>,
  ): Promise<TokenWithSecret> {
    const { caller, client, overlapS, presentHint } = command;
    const { id, at } = this.#authorize(command);
    const { secret, stored } = this.#newSecret();
    const token = await this.deps.unitOfWork.run(async (stores) => {
      const present = await lock(stores, id, caller);
      if (!present.isLive(at)) await assertRoom(stores, present.ownerId, at);
      const rotated = present.rotate(stored, { overlapS, presentHint, at });
      await stores.apiTokens.save(rotated);
      await this.#audit(stores, { caller, client, action: 'token.rotated', before: present, after: rotated, at });
      return rotated;
    });
    this.#record('sensitive_update', token, client, 'API token rotated');
    return { token: savedTokenView(token, at), secret };
  }

  /** @throws {DomainError} request.precondition-failed */
  async revoke(command: Command & Readonly<{ acceptedVersions?: AcceptedVersions }>): Promise<void> {
    const { caller, client, acceptedVersions } = command;
    const { id, at } = this.#authorize(command);
    const revoked = await this.deps.unitOfWork.run(async (stores) => {
      const present = await lock(stores, id, caller);
      assertVersion(present, acceptedVersions);
      await stores.apiTokens.remove(id);
      await this.#audit(stores, { caller, client, action: 'token.revoked', before: present, after: undefined, at });
      return present;
    });
    this.#record('sensitive_update', revoked, client, 'API token revoked');
  }

  #authorize({ caller, tokenId }: Command): Readonly<{ id: ApiTokenId; at: Instant }> {
    const at = this.deps.clock.now();
    caller.require('tokens:write');
    caller.requireStepUp(at);
    return { id: ApiTokenId.parse(tokenId), at };
  }

  #newSecret() {
    const { randomSource, tokenHasher } = this.deps;
    const secret = ApiTokenSecret.generate((end) => randomSource.below(end));
    return { secret, stored: { tokenHash: tokenHasher.hash(secret), hint: ApiTokenSecret.hint(secret) } };
  }

  async #audit(
    stores: Stores,
    {
      before,
      after,
      ...entry
    }: Omit<AuditRecord, 'subject' | 'changes'> & Record<'before' | 'after', ApiToken | undefined>,
  ): Promise<void> {
    const changes = tokenChanges(before?.toSnapshot(), after?.toSnapshot());
    const id = (before ?? after)?.id;
    await recordAudit(this.deps, stores, { ...entry, subject: { kind: 'token', id }, changes });
  }

  #record(
    event: 'sensitive_create' | 'sensitive_update',
    { ownerId }: Readonly<{ ownerId: UserId | null }>,
    client: Client,
    detail: string,
  ): void {
    this.deps.securityLog.record({ event, userId: ownerId ?? undefined, client, detail });
  }
}

/** Those of other people with a role take `staff:write` in addition. */
const lock = async ({ apiTokens, users }: Stores, id: ApiTokenId, caller: Caller): Promise<ApiToken> => {
  const token = await apiTokens.lock(id);
  if (token.ownerId !== null && !caller.has('staff:write')) caller.requireStaffAccess(await users.get(token.ownerId));
  return token;
};

const assertRoom = async ({ apiTokens }: Stores, ownerId: UserId | null, at: Instant): Promise<void> => {
  if ((await apiTokens.countLive(ownerId, at)) < MAX_LIVE_TOKENS) return;
  throw new DomainError('token.too-many', `There are ${MAX_LIVE_TOKENS} tokens already. Revoke one first.`);
};
