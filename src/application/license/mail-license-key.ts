import type { Caller } from '../../domain/access/caller.ts';
import type { License } from '../../domain/license/license.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { THROTTLE_POLICIES } from '../../domain/throttle/throttle-policy.ts';
import { Email } from '../../domain/user/email.ts';
import type { User } from '../../domain/user/user.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { type IdempotentRequest, once, type Run } from '../idempotency.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { emailRule } from '../user/notices.ts';
import type { RegistrationMode } from '../user/register-user.ts';

type Queueing = Pick<Ports, 'idGenerator'> & {
  registration: RegistrationMode;
  throttle: Pick<Throttle, 'countWithin' | 'logRejection'>;
};

/**
 * Queues an email with the key of a license to its owner. The outbox holds the id of the license, and not the key.
 * @throws {DomainError} license.state: revoked
 * @throws {DomainError} user.state: banned, or not confirmed where registration is not open
 * @throws {ThrottleExceeded} throttle.exceeded: the owner has received too many; the unit of work is to be rolled back
 */
export const queueLicenseKey = async (
  deps: Queueing,
  stores: Stores,
  {
    license,
    owner,
    caller,
    client,
    at,
  }: { license: License; owner: User; caller: Caller; client: Client; at: Instant },
): Promise<void> => {
  const { idGenerator, registration, throttle } = deps;
  license.assertMayBeMailed();
  owner.assertMayGetLicenseEmail(emailRule(registration));
  const attempt = { policy: THROTTLE_POLICIES.licenseEmailByRecipient, subject: Email.canonicalize(owner.email) };
  await throttle.countWithin(stores, attempt, at);
  await stores.outbox.add(idGenerator.next(), { kind: 'license-key', to: owner.email, licenseId: license.id }, at);
  const subject = { kind: 'license', id: license.id } as const;
  await recordAudit(deps, stores, { caller, client, action: 'license.mailed', subject, changes: [], at });
};

type Deps = Pick<Ports, 'licenseQueries' | 'unitOfWork' | 'clock'> & Queueing & { idempotencyRetentionMs: number };

/** Staff send the key of a license to its owner once more. The audit log says at whose request. */
export class MailLicenseKey extends UseCase<Deps> {
  /**
   * @throws {DomainError} license.not-found | license.state | user.state | throttle.exceeded | idempotency.*
   * @throws {AlreadyAnswered}
   */
  async execute({
    caller,
    licenseId,
    idempotency,
    client,
  }: Readonly<{
    caller: Caller;
    licenseId: string;
    idempotency?: IdempotentRequest<void> | undefined;
    client: Client;
  }>): Promise<void> {
    caller.require('licenses:write');
    const { licenseQueries, clock, throttle } = this.deps;
    const id = LicenseId.parse(licenseId);
    const mail = async (run: Run<void>) => {
      const found = await licenseQueries.get(id);
      caller.requireVisible(found);
      const at = clock.now();
      await run(async (stores) => {
        // The owner is locked before the license, as by a ban, to avoid deadlocks.
        const owner = await stores.users.find(found.userId);
        const license = await stores.licenses.lock(id);
        if (owner === undefined) throw new DomainError('license.not-found', 'There is no such license.');
        await queueLicenseKey(this.deps, stores, { license, owner, caller, client, at });
      });
    };
    await throttle.logRejection(client, () => once(this.deps, idempotency, mail));
  }
}
