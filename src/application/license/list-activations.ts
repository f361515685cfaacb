import type { Caller } from '../../domain/access/caller.ts';
import type { Activation } from '../../domain/license/activation.ts';
import { Fingerprint } from '../../domain/license/fingerprint.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Page, pageOf } from '../page.ts';
import { UseCase } from '../use-case.ts';

/** The activated machines of a license in the order of their fingerprints, page by page. */
export class ListActivations extends UseCase<Pick<Ports, 'licenseQueries'>> {
  /** @throws {DomainError} license.not-found */
  async execute(
    command: Readonly<{ caller: Caller; licenseId: string; limit: number; after?: string | undefined }>,
  ): Promise<Page<Activation, Fingerprint>> {
    const { caller, limit, after } = command;
    caller.requireAuthenticated();
    const licenseId = LicenseId.parse(command.licenseId);
    const { licenseQueries } = this.deps;
    const license = await licenseQueries.get(licenseId);
    caller.require('licenses:read', { license });
    caller.requireVisible(license);
    const found = await licenseQueries.listActivations({
      licenseId,
      limit: limit + 1,
      after: after === undefined ? undefined : Fingerprint.parse(after),
    });
    return pageOf(found, limit, ({ fingerprint }) => fingerprint);
  }
}
