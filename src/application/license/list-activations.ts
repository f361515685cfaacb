import type { Caller } from '../../domain/access/caller.ts';
import { Fingerprint } from '../../domain/license/fingerprint.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import type { ActivationView, MachinePosition, MachineView } from '../../ports/license-queries.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Page, pageOf } from '../page.ts';
import { UseCase } from '../use-case.ts';
import { orDenied } from './license-access.ts';
import type { LicenseView } from './license-view.ts';

type Position = Readonly<{ limit: number; after?: string | undefined }>;

/** The activated machines of a license in the order of their fingerprints, page by page. */
export class ListActivations extends UseCase<Pick<Ports, 'licenseQueries'>> {
  /** @throws {DomainError} license.not-found */
  async execute(
    command: Readonly<{ caller: Caller; licenseId: string }> & Position,
  ): Promise<Page<ActivationView, Fingerprint>> {
    const { caller, limit, after } = command;
    caller.requireAuthenticated();
    const licenseId = LicenseId.parse(command.licenseId);
    const { licenseQueries } = this.deps;
    const license = await licenseQueries.get(licenseId).catch(orDenied(caller, 'licenses:read', { license: null }));
    caller.require('licenses:read', { license });
    caller.requireVisible(license);
    return this.#list(licenseId, { limit, after });
  }

  /**
   * The same of a license that was just read.
   * @throws {DomainError} license.not-found | access.forbidden | access.unauthenticated
   */
  async ofLicense({
    caller,
    license,
    ...position
  }: Readonly<{ caller: Caller; license: LicenseView }> & Position): Promise<Page<ActivationView, Fingerprint>> {
    caller.require('licenses:read', { license });
    caller.requireVisible(license);
    return this.#list(license.id, position);
  }

  async #list(licenseId: LicenseId, { limit, after }: Position): Promise<Page<ActivationView, Fingerprint>> {
    const found = await this.deps.licenseQueries.listActivations({
      licenseId,
      limit: limit + 1,
      after: after === undefined ? undefined : Fingerprint.parse(after),
    });
    return pageOf(found, limit, ({ fingerprint }) => fingerprint);
  }

  /**
   * The machines of all licenses, those first that were activated last.
   * @param query.fingerprint of one machine; none has text that is no fingerprint
   * @throws {DomainError} access.unauthenticated | access.forbidden
   */
  async ofAll(
    query: Readonly<{
      caller: Caller;
      limit: number;
      after?: MachinePosition | undefined;
      fingerprint?: string | undefined;
    }>,
  ): Promise<Page<MachineView, MachinePosition>> {
    const { caller, limit, after } = query;
    caller.require('licenses:read');
    const fingerprint = query.fingerprint === undefined ? undefined : Fingerprint.tryParse(query.fingerprint);
    if (fingerprint === undefined && query.fingerprint !== undefined) return { items: [], next: undefined };
    const found = await this.deps.licenseQueries.listMachines({ fingerprint, after, limit: limit + 1 });
    return pageOf(found, limit, ({ activatedAt, licenseId, fingerprint }) => ({ activatedAt, licenseId, fingerprint }));
  }
}
