import type { Caller } from '../../domain/access/caller.ts';
import type { Activation } from '../../domain/license/activation.ts';
import { Fingerprint } from '../../domain/license/fingerprint.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import type { LicenseQueries } from '../../ports/license-queries.ts';
import { UseCase } from '../use-case.ts';

export type ActivationPage = Readonly<{
  activations: readonly Activation[];
  /** Position of the next page; `undefined` on the last page. */
  next: Fingerprint | undefined;
}>;

/** The activated machines of a license in the order of their fingerprints, page by page. */
export class ListActivations extends UseCase<{ licenseQueries: LicenseQueries }> {
  /** @throws {DomainError} license.not-found */
  async execute(
    command: Readonly<{ caller: Caller; licenseId: string; limit: number; after?: string | undefined }>,
  ): Promise<ActivationPage> {
    const { caller, limit, after } = command;
    caller.requireAuthenticated();
    const licenseId = LicenseId.parse(command.licenseId);
    const { licenseQueries } = this.deps;
    caller.requireLicenseAccess(await licenseQueries.get(licenseId));
    const found = await licenseQueries.listActivations({
      licenseId,
      limit: limit + 1,
      after: after === undefined ? undefined : Fingerprint.parse(after),
    });
    const activations = found.slice(0, limit);
    return { activations, next: found.length > limit ? activations.at(-1)?.fingerprint : undefined };
  }
}
