import type { Caller } from '../../domain/access/caller.ts';
import { activationChanges, licenseChanges } from '../../domain/audit/audited-fields.ts';
import { type Activation, MachineName } from '../../domain/license/activation.ts';
import { Fingerprint } from '../../domain/license/fingerprint.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import { collectErrors } from '../../domain/shared/collect-errors.ts';
import { Instant } from '../../domain/shared/instant.ts';
import { THROTTLE_POLICIES } from '../../domain/throttle/throttle-policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import type { ProcessThrottle } from '../throttle/process-throttle.ts';
import { UseCase } from '../use-case.ts';
import { orDenied } from './license-access.ts';

export type ActivateLicenseCommand = Readonly<{
  caller: Caller;
  licenseId: string;
  fingerprint: string;
  name?: string | null | undefined;
  client: Client;
}>;

type Deps = Pick<Ports, 'unitOfWork' | 'clock' | 'idGenerator'> & {
  processThrottle: Pick<ProcessThrottle, 'count'>;
};

/** Activates a license on a machine. Idempotent for the same machine, also when all seats are taken. */
export class ActivateLicense extends UseCase<Deps> {
  /** @throws {DomainError} license.not-found | license.state | license.activation-limit | license.invalid | throttle.exceeded */
  async execute(command: ActivateLicenseCommand): Promise<Readonly<{ activation: Activation; isNew: boolean }>> {
    const { caller } = command;
    caller.requireAuthenticated();
    const licenseId = LicenseId.parse(command.licenseId);
    const at = this.deps.clock.now();

    // A unit of work may run again, and counts once.
    let isCounted = false;
    return this.deps.unitOfWork.run(async (stores) => {
      const { licenses, activations } = stores;
      // Locked, so that concurrent activations are counted one after the other.
      const license = await licenses.lock(licenseId).catch(orDenied(caller, 'licenses:write', { license: null }));
      const snapshot = license.toSnapshot();
      caller.require('licenses:write', { license: snapshot });
      caller.requireVisible(snapshot);
      const { fingerprint, name } = parse(command);
      license.assertInForce(at);
      const held = await activations.find(licenseId, fingerprint);
      if (held !== undefined && (name === undefined || name === held.name)) return { activation: held, isNew: false };

      const fresh = { licenseId, fingerprint, name: name ?? null, activatedAt: Instant.wholeSecond(at) };
      const activation = held === undefined ? fresh : { ...held, name: fresh.name };
      let changes = activationChanges(held, activation);
      if (held === undefined) {
        // Without a limit of seats a leaked key could write any number of activations.
        if (snapshot.maxActivations === null && !caller.has('licenses:write') && !isCounted) {
          const attempt = { policy: THROTTLE_POLICIES.activationByLicense, subject: licenseId };
          this.deps.processThrottle.count(attempt, at, command.client);
          isCounted = true;
        }
        const taken = license.takeSeat(at);
        await licenses.save(taken);
        changes = [...licenseChanges(snapshot, taken.toSnapshot()), ...changes];
      }
      await activations.put(activation);
      await recordAudit(this.deps, stores, {
        caller,
        client: command.client,
        action: 'activation.created',
        subject: { kind: 'license', id: licenseId },
        changes,
        at,
      });
      return { activation, isNew: held === undefined };
    });
  }
}

const parse = ({ fingerprint, name }: ActivateLicenseCommand) =>
  collectErrors('license.invalid', {
    fingerprint: () => Fingerprint.parse(fingerprint),
    name: () => (name === undefined || name === null ? name : MachineName.parse(name)),
  });
