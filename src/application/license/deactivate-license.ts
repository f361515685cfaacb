import type { Caller } from '../../domain/access/caller.ts';
import { Fingerprint } from '../../domain/license/fingerprint.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

/** Releases the seat of a machine, in any state of the license. */
export class DeactivateLicense extends UseCase<Pick<Ports, 'unitOfWork'>> {
  /** @throws {DomainError} license.not-found | activation.not-found */
  async execute(command: Readonly<{ caller: Caller; licenseId: string; fingerprint: string }>): Promise<void> {
    const { caller } = command;
    caller.requireAuthenticated();
    const licenseId = LicenseId.parse(command.licenseId);
    const fingerprint = Fingerprint.tryParse(command.fingerprint);

    await this.deps.unitOfWork.run(async ({ licenses, activations }) => {
      const license = await licenses.lock(licenseId);
      caller.require('licenses:write', { license: license.toSnapshot() });
      if (fingerprint === undefined || (await activations.find(licenseId, fingerprint)) === undefined) {
        throw new DomainError('activation.not-found', 'The license is not activated on this machine.');
      }
      await activations.remove(licenseId, fingerprint);
      await licenses.save(license.freeSeat());
    });
  }
}
