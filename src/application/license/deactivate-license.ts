import type { Caller } from '../../domain/access/caller.ts';
import { activationChanges, licenseChanges } from '../../domain/audit/audited-fields.ts';
import { Fingerprint } from '../../domain/license/fingerprint.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';
import { orDenied } from './license-access.ts';

type Command = Readonly<{ caller: Caller; licenseId: string; fingerprint: string; client: Client }>;

/** Releases the seat of a machine, in any state of the license. */
export class DeactivateLicense extends UseCase<Pick<Ports, 'unitOfWork' | 'clock' | 'idGenerator'>> {
  /** @throws {DomainError} license.not-found | activation.not-found */
  async execute(command: Command): Promise<void> {
    const { caller, client } = command;
    caller.requireAuthenticated();
    const licenseId = LicenseId.parse(command.licenseId);
    const fingerprint = Fingerprint.tryParse(command.fingerprint);

    const at = this.deps.clock.now();
    await this.deps.unitOfWork.run(async (stores) => {
      const { licenses, activations } = stores;
      const license = await licenses.lock(licenseId).catch(orDenied(caller, 'licenses:write', { license: null }));
      caller.require('licenses:write', { license: license.toSnapshot() });
      caller.requireVisible(license.toSnapshot());
      const held = fingerprint === undefined ? undefined : await activations.find(licenseId, fingerprint);
      if (held === undefined) {
        throw new DomainError('activation.not-found', 'The license is not activated on this machine.');
      }
      await activations.remove(licenseId, held.fingerprint);
      const freed = license.freeSeat();
      await licenses.save(freed);
      await recordAudit(this.deps, stores, {
        caller,
        client,
        action: 'activation.removed',
        subject: { kind: 'license', id: licenseId },
        changes: [...licenseChanges(license.toSnapshot(), freed.toSnapshot()), ...activationChanges(held, undefined)],
        at,
      });
    });
  }
}
