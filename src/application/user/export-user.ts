import type { Caller } from '../../domain/access/caller.ts';
import type { Fingerprint } from '../../domain/license/fingerprint.ts';
import type { LicenseSnapshot } from '../../domain/license/license-snapshot.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { ActivationView } from '../../ports/license-queries.ts';
import type { Ports } from '../../ports/ports.ts';
import { type AuditView, auditOfUser } from '../audit/read-audit-log.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { type LicenseView, licenseView } from '../license/license-view.ts';
import { pageOf, pagesFrom } from '../page.ts';
import { UseCase } from '../use-case.ts';
import { type LiveSessionsDeps, liveSessions, type SessionView } from './list-sessions.ts';
import { type VersionedUserView, versionedView } from './user-view.ts';

type Position<At> = Readonly<{ limit: number; after: At | undefined }>;
type Pages<Item> = AsyncIterable<readonly Item[]>;

/**
 * The account of a person and what belongs to it. The lists are read page by page, while they are handed out.
 * @property hidesLicenseKeys a key gives access to its license, so it takes more than the scope for exports
 * @property audit entries about the account, newest first
 */
export type UserExport = Readonly<{
  exportedAt: Instant;
  user: VersionedUserView;
  hidesLicenseKeys: boolean;
  sessions: Pages<SessionView>;
  licenses: Pages<LicenseView>;
  activations: Pages<ActivationView>;
  audit: Pages<AuditView>;
}>;

type Deps = LiveSessionsDeps &
  Pick<Ports, 'users' | 'licenseQueries' | 'auditQueries' | 'clock' | 'idGenerator' | 'unitOfWork'>;

/** Hands out the data of an account to its owner or to staff, and records that it did. */
export class ExportUser extends UseCase<Deps> {
  /**
   * @throws {DomainError} id.malformed | access.unauthenticated | access.forbidden | access.step-up-required |
   *   mfa.enrolment-required | user.not-found
   */
  async execute({
    caller,
    client,
    userId: raw,
  }: Readonly<{ caller: Caller; client: Client; userId: string }>): Promise<UserExport> {
    const { users, clock, unitOfWork } = this.deps;
    const userId = UserId.parse(raw);
    const at = clock.now();
    caller.require('exports:read', { self: userId });
    caller.requireStepUp(at);
    const user = await users.get(userId);
    await unitOfWork.run((stores) =>
      recordAudit(this.deps, stores, {
        caller,
        client,
        action: 'user.exported',
        subject: { kind: 'user', id: userId },
        changes: [],
        at,
      }),
    );
    return {
      exportedAt: at,
      user: versionedView(user),
      hidesLicenseKeys: caller.userId !== userId && !caller.has('licenses:read'),
      sessions: pagesFrom((position: Position<string>) => liveSessions(this.deps, { caller, userId, ...position })),
      licenses: this.#licenses(caller, userId, at),
      activations: this.#activations(userId, at),
      audit: pagesFrom((position: Position<string>) => auditOfUser(this.deps, { caller, userId, ...position })),
    };
  }

  async *#licenses(caller: Caller, userId: UserId, at: Instant): AsyncGenerator<readonly LicenseView[]> {
    for await (const page of this.#snapshots(userId, at)) yield page.map((each) => licenseView(each, at, caller));
  }

  async *#activations(userId: UserId, at: Instant): AsyncGenerator<readonly ActivationView[]> {
    const { licenseQueries } = this.deps;
    for await (const page of this.#snapshots(userId, at)) {
      for (const { id: licenseId, activations } of page) {
        if (activations === 0) continue;
        yield* pagesFrom(async ({ limit, after }: Position<Fingerprint>) => {
          const found = await licenseQueries.listActivations({ licenseId, after, limit: limit + 1 });
          return pageOf(found, limit, ({ fingerprint }) => fingerprint);
        });
      }
    }
  }

  #snapshots(userId: UserId, at: Instant): Pages<LicenseSnapshot> {
    return pagesFrom(async ({ limit, after }: Position<Pick<LicenseSnapshot, 'id' | 'expiresAt'>>) => {
      const found = await this.deps.licenseQueries.list({ userId, at, after, limit: limit + 1 });
      return pageOf(found, limit, ({ id, expiresAt }) => ({ id, expiresAt }));
    });
  }
}
