import type { Caller } from '../../domain/access/caller.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import type { LicenseKey } from '../../domain/license/license-key.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';

type Deps = Pick<Ports, 'licenseQueries' | 'unitOfWork' | 'idGenerator' | 'clock'>;

/** Shows staff the whole key of a license. The audit log says who has seen it. */
export class ShowLicenseKey extends UseCase<Deps> {
  /** @throws {DomainError} license.not-found | access.forbidden | access.unauthenticated */
  async execute(command: Readonly<{ caller: Caller; licenseId: string; client: Client }>): Promise<LicenseKey> {
    const { caller, client } = command;
    caller.require('licenses:read');
    const { id, key } = await this.deps.licenseQueries.get(LicenseId.parse(command.licenseId));
    const at = this.deps.clock.now();
    await this.deps.unitOfWork.run((stores) =>
      recordAudit(this.deps, stores, {
        caller,
        client,
        action: 'license.key_shown',
        subject: { kind: 'license', id },
        changes: [],
        at,
      }),
    );
    return key;
  }
}
