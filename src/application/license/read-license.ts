import type { Caller } from '../../domain/access/caller.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import { LicenseKey } from '../../domain/license/license-key.ts';
import type { LicenseSnapshot } from '../../domain/license/license-snapshot.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LicenseQueries } from '../../ports/license-queries.ts';
import { type LicenseView, licenseView } from './license-view.ts';

export type ReadLicenseCommand = Readonly<{ caller: Caller } & ({ licenseId: string } | { licenseKey: string })>;

/** Reads one license by id or key: one of the caller's own, or any as an administrator. */
export class ReadLicense {
  readonly #deps: { licenseQueries: LicenseQueries; clock: Clock };

  constructor(deps: { licenseQueries: LicenseQueries; clock: Clock }) {
    this.#deps = deps;
  }

  /** @throws {DomainError} license.not-found | license.key-malformed | access.forbidden | access.unauthenticated */
  async execute(command: ReadLicenseCommand): Promise<LicenseView> {
    const { caller } = command;
    caller.requireAuthenticated();
    const license = await this.#find(command);
    caller.requireSelfOrAdministrator(license.userId);
    return licenseView(license, this.#deps.clock.now());
  }

  async #find(command: ReadLicenseCommand): Promise<LicenseSnapshot> {
    const { licenseQueries } = this.#deps;
    if ('licenseId' in command) return licenseQueries.get(LicenseId.parse(command.licenseId));
    const found = await licenseQueries.findByKey(LicenseKey.parse(command.licenseKey), undefined);
    if (found === undefined) throw new DomainError('license.not-found', 'There is no such license.');
    return found.license;
  }
}
