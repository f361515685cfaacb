import type { Caller } from '../../domain/access/caller.ts';
import type { ChainEnd } from '../../domain/audit/audit-chain.ts';
import { AUDIT_ACTOR_KINDS, AuditEntryId } from '../../domain/audit/audit-entry.ts';
import {
  AUDIT_ACTION_FILTERS,
  type AuditFilter,
  parseAuditFilter,
  type RawAuditFilter,
} from '../../domain/audit/audit-filter.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { StoredEntry } from '../../ports/audit-queries.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Page, pageOf } from '../page.ts';
import { UseCase } from '../use-case.ts';

type Position = Readonly<{ limit: number; after?: string | undefined }>;

/** @property hidesActor the actor is shown without id and client: the reader is the person concerned, and no more than that */
export type AuditView = StoredEntry & Readonly<{ hidesActor: boolean }>;

/** More unsealed entries than the worker leaves between two of its rounds. */
export const MANY_UNSEALED = 1_000;

export type AuditPage = Page<AuditView, string>;

/** Shows the audit log: all of it with the scope, the entries about their own account for users. */
export class ReadAuditLog extends UseCase<Pick<Ports, 'auditQueries' | 'users'>> {
  /** Values that a filter accepts, for a form to offer. */
  readonly choices = { actions: AUDIT_ACTION_FILTERS, actorKinds: AUDIT_ACTOR_KINDS };

  /**
   * A page of entries, newest first.
   * @throws {DomainError} request.invalid | access.unauthenticated | access.forbidden
   */
  async list({ caller, limit, after, ...raw }: RawAuditFilter & Position & { caller: Caller }): Promise<AuditPage> {
    // The form of a request comes before its access.
    const filter = parseAuditFilter(raw);
    caller.require('audit:read');
    return pageOfEntries(this.deps, filter, { limit, after }, () => false);
  }

  /** @throws {DomainError} access.unauthenticated | access.forbidden | audit.not-found */
  async get({ caller, id }: Readonly<{ caller: Caller; id: string }>): Promise<AuditView> {
    caller.require('audit:read');
    return { ...(await this.deps.auditQueries.get(AuditEntryId.parse(id))), hidesActor: false };
  }

  /**
   * A page of the entries with an account as their subject, newest first, also when the account is deleted.
   * @throws {DomainError} access.unauthenticated | access.forbidden | user.not-found
   */
  async ofUser({
    caller,
    userId: raw,
    ...position
  }: Position & { caller: Caller; userId: string }): Promise<AuditPage> {
    const userId = UserId.parse(raw);
    caller.require('audit:read', { self: userId });
    const page = await auditOfUser(this.deps, { caller, userId, ...position });
    if (page.items.length === 0) await this.deps.users.get(userId);
    return page;
  }

  /** @throws {DomainError} access.unauthenticated | access.forbidden */
  async head({ caller }: Readonly<{ caller: Caller }>): Promise<ChainEnd & { unsealed: number }> {
    caller.require('audit:read');
    const { head, unsealed } = await this.deps.auditQueries.readChain();
    return { ...head, unsealed };
  }
}

/** A page of the entries about an account, also for callers who are allowed them by another scope. */
export const auditOfUser = (
  deps: Pick<Ports, 'auditQueries'>,
  { caller, userId, ...position }: Position & Readonly<{ caller: Caller; userId: UserId }>,
): Promise<AuditPage> => {
  const isFull = caller.has('audit:read');
  return pageOfEntries(deps, { subject: userId, subjectKind: 'user' }, position, ({ entry }) => {
    const { actor } = entry.toSnapshot();
    return !isFull && actor.id !== userId && OTHERS.includes(actor.kind);
  });
};

const pageOfEntries = async (
  { auditQueries }: Pick<Ports, 'auditQueries'>,
  filter: AuditFilter,
  { limit, after }: Position,
  hidesActor: (record: StoredEntry) => boolean,
): Promise<AuditPage> => {
  const before = after === undefined ? undefined : AuditEntryId.parse(after);
  const found = await auditQueries.list({ filter, before, limit: limit + 1 });
  const views = found.map((record) => ({ ...record, hidesActor: hidesActor(record) }));
  return pageOf(views, limit, ({ entry }) => entry.id);
};

/**
 * Callers whose ids and addresses are not for the person whom they dealt with. Another person is one who has logged in in the
 * same browser.
 */
const OTHERS: readonly string[] = ['root', 'staff', 'token', 'system', 'person'];
