import type { Caller } from '../../domain/access/caller.ts';
import type { Scope } from '../../domain/access/scope.ts';
import type { AuditAction } from '../../domain/audit/audit-entry.ts';
import { licenseChanges } from '../../domain/audit/audited-fields.ts';
import type { License } from '../../domain/license/license.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import { type LicenseChangeInput, LicenseTerms } from '../../domain/license/license-terms.ts';
import type { RenewalInput } from '../../domain/license/renewal.ts';
import { type AcceptedVersions, assertVersion } from '../../domain/shared/accepted-versions.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { type IdempotentRequest, once } from '../idempotency.ts';
import { UseCase } from '../use-case.ts';
import { type LicenseView, licenseView, savedLicenseView } from './license-view.ts';

type Command = Readonly<{
  caller: Caller;
  licenseId: string;
  acceptedVersions?: AcceptedVersions;
  idempotency?: IdempotentRequest<LicenseView> | undefined;
  client: Client;
}>;

type Deps = Pick<Ports, 'clock' | 'idGenerator' | 'securityLog' | 'unitOfWork'> & { idempotencyRetentionMs: number };

/**
 * The changes of an issued license. Each throws license.state where the status forbids it, and a renewal user.state
 * where the owner is banned; request.precondition-failed for another version than the accepted ones, or another end than
 * the renewal names, and AlreadyAnswered for a repetition.
 */
export class ChangeLicense extends UseCase<Deps> {
  suspend(command: Command): Promise<LicenseView> {
    return this.#change(command, 'license.suspended', (license) => license.suspend());
  }

  reinstate(command: Command): Promise<LicenseView> {
    return this.#change(command, 'license.reinstated', (license) => license.reinstate());
  }

  revoke(command: Command): Promise<LicenseView> {
    return this.#change(command, 'license.revoked', (license) => license.revoke(), 'licenses:revoke');
  }

  renew(command: Command & { renewal: RenewalInput }): Promise<LicenseView> {
    return this.#change(command, 'license.renewed', (license, at) => license.renew(command.renewal, at));
  }

  /** @throws {DomainError} token.product-refused: not to a product of the caller */
  async updateTerms(command: Command & { change: LicenseChangeInput }): Promise<LicenseView> {
    const { caller, change } = command;
    caller.require('licenses:write');
    if (change.product !== undefined) caller.requireProduct(change.product);
    return this.#change(command, 'license.changed', (license, at) =>
      license.updateTerms(LicenseTerms.parseChange(change, license.toSnapshot()), at),
    );
  }

  async #change(
    { caller, licenseId, acceptedVersions, idempotency, client }: Command,
    action: AuditAction,
    change: (license: License, at: Instant) => License,
    scope: Scope = 'licenses:write',
  ): Promise<LicenseView> {
    caller.require(scope);
    const { clock, securityLog } = this.deps;
    // The other changes can be undone.
    if (scope === 'licenses:revoke') caller.requireStepUp(clock.now());
    const id = LicenseId.parse(licenseId);
    return once(this.deps, idempotency, async (run) => {
      const at = clock.now();
      const license = await run(async (stores) => {
        const present = await stores.licenses.lock(id);
        caller.requireVisible(present.toSnapshot());
        assertVersion(present, acceptedVersions);
        const changed = change(present, at);
        // Terms may be set to what they are.
        if (changed === present) return licenseView(present.toSnapshot(), at, caller);
        await stores.licenses.save(changed);
        const subject = { kind: 'license', id } as const;
        const changes = licenseChanges(present.toSnapshot(), changed.toSnapshot());
        await recordAudit(this.deps, stores, { caller, client, action, subject, changes, at });
        return savedLicenseView(changed, at, caller);
      });
      const detail = action.replace('.', ' ');
      securityLog.record({ event: 'sensitive_update', userId: license.userId, client, detail });
      return license;
    });
  }
}
