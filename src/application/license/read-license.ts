import type { Caller } from '../../domain/access/caller.ts';
import type { ExpiryNotice } from '../../domain/license/expiry-notice.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import { LicenseKey } from '../../domain/license/license-key.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';
import { orDenied } from './license-access.ts';
import { type LicenseView, licenseView } from './license-view.ts';

export class ReadLicense extends UseCase<Pick<Ports, 'licenseQueries' | 'clock'>> {
  /**
   * One of the caller's own, or any with the scope.
   * @throws {DomainError} license.not-found | access.forbidden | access.unauthenticated
   */
  async execute({ caller, licenseId }: Readonly<{ caller: Caller; licenseId: string }>): Promise<LicenseView> {
    caller.requireAuthenticated();
    const absent = orDenied(caller, 'licenses:read', { self: null });
    const license = await this.deps.licenseQueries.get(LicenseId.parse(licenseId)).catch(absent);
    caller.require('licenses:read', { self: license.userId });
    caller.requireVisible(license);
    return licenseView(license, this.deps.clock.now(), caller);
  }

  /**
   * The emails about the ends of a license, in no order.
   * @throws {DomainError} license.not-found | access.forbidden | access.unauthenticated
   */
  async notices({
    caller,
    license,
  }: Readonly<{ caller: Caller; license: LicenseView }>): Promise<readonly ExpiryNotice[]> {
    caller.require('licenses:read');
    caller.requireVisible(license);
    return this.deps.licenseQueries.listNotices([license.id]);
  }

  /**
   * Any by its key. Is no validation: counts and records nothing.
   * @throws {DomainError} license.key-malformed | license.not-found | access.forbidden | access.unauthenticated
   */
  async byKey({ caller, licenseKey }: Readonly<{ caller: Caller; licenseKey: string }>): Promise<LicenseView> {
    caller.require('licenses:read');
    const found = await this.deps.licenseQueries.findByKey(LicenseKey.parse(licenseKey), undefined);
    if (found === undefined) throw new DomainError('license.not-found', 'There is no such license.');
    caller.requireVisible(found.license);
    return licenseView(found.license, this.deps.clock.now(), caller);
  }
}
