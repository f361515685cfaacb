import type { Caller } from '../../domain/access/caller.ts';
import { licenseChanges } from '../../domain/audit/audited-fields.ts';
import { License } from '../../domain/license/license.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import { LicenseKey } from '../../domain/license/license-key.ts';
import { LicenseTerms, type LicenseTermsInput } from '../../domain/license/license-terms.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { type IdempotentRequest, once, type Run } from '../idempotency.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import type { RegistrationMode } from '../user/register-user.ts';
import { type LicenseView, savedLicenseView } from './license-view.ts';
import { queueLicenseKey } from './mail-license-key.ts';

export type IssueLicenseCommand = Readonly<{
  caller: Caller;
  userId: string;
  terms: LicenseTermsInput;
  /** Sends the key to the owner. Default: false. */
  notify?: boolean | undefined;
  idempotency?: IdempotentRequest<LicenseView> | undefined;
  client: Client;
}>;

/** A key has 145 random bits. Five collisions in a row prove a broken random source. */
const MAX_KEY_ATTEMPTS = 5;

type Deps = Pick<Ports, 'clock' | 'idGenerator' | 'randomSource' | 'securityLog' | 'unitOfWork'> & {
  idempotencyRetentionMs: number;
  registration: RegistrationMode;
  throttle: Pick<Throttle, 'countWithin' | 'logRejection'>;
};

type Order = Readonly<{ id: LicenseId; userId: UserId; at: Instant }>;

/** An administrator issues a license to a user. */
export class IssueLicense extends UseCase<Deps> {
  /**
   * @throws {DomainError} user.not-found | user.state | license.invalid | token.product-refused |
   *   throttle.exceeded | idempotency.*
   * @throws {AlreadyAnswered}
   */
  async execute(command: IssueLicenseCommand): Promise<LicenseView> {
    command.caller.require('licenses:write');
    command.caller.requireProduct(command.terms.product ?? null);
    return this.deps.throttle.logRejection(command.client, () =>
      once(this.deps, command.idempotency, (run) => this.#issue(command, run)),
    );
  }

  async #issue(command: IssueLicenseCommand, run: Run<LicenseView>): Promise<LicenseView> {
    const { clock, idGenerator, securityLog } = this.deps;
    const userId = UserId.parse(command.userId);
    const order = { id: LicenseId.parse(idGenerator.next()), userId, at: clock.now() };
    const license = await this.#save(order, command, run, 1);
    securityLog.record({ event: 'sensitive_create', userId, client: command.client, detail: 'license' });
    return license;
  }

  async #save(order: Order, command: IssueLicenseCommand, run: Run<LicenseView>, tries: number): Promise<LicenseView> {
    const { randomSource } = this.deps;
    const key = LicenseKey.generate((end) => randomSource.below(end));
    try {
      return await run(async (stores) => {
        // Locked, so that a concurrent ban marks this license too.
        const owner = await stores.users.get(order.userId);
        const license = License.issue({ ...LicenseTerms.parse(command.terms, order.at), ...order, key });
        owner.assertMayGetLicense();
        await stores.licenses.save(license);
        await recordAudit(this.deps, stores, {
          caller: command.caller,
          client: command.client,
          action: 'license.issued',
          subject: { kind: 'license', id: order.id },
          changes: licenseChanges(undefined, license.toSnapshot()),
          at: order.at,
        });
        if (command.notify) {
          const { caller, client } = command;
          await queueLicenseKey(this.deps, stores, { license, owner, caller, client, at: order.at });
        }
        return savedLicenseView(license, order.at, command.caller);
      });
    } catch (error) {
      const isTaken = error instanceof DomainError && error.code === 'license.key-taken';
      if (!isTaken || tries === MAX_KEY_ATTEMPTS) throw error;
      return this.#save(order, command, run, tries + 1);
    }
  }
}
