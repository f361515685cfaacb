import type { Caller } from '../../domain/access/caller.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import type { LicenseSnapshot } from '../../domain/license/license-snapshot.ts';
import { licenseOrder } from '../../domain/license/license-sort-order.ts';
import type { LicenseStatus } from '../../domain/license/license-status.ts';
import { LicenseTerms } from '../../domain/license/license-terms.ts';
import { Product } from '../../domain/license/product.ts';
import { Instant } from '../../domain/shared/instant.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { LicenseListQuery, OwnedLicense } from '../../ports/license-queries.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Page, pageOf } from '../page.ts';
import { UseCase } from '../use-case.ts';
import { type LicenseView, licenseView, type OwnedLicenseView } from './license-view.ts';

export type ListLicensesCommand = Readonly<{
  caller: Caller;
  limit: number;
  /** The last position of the page before. */
  after?: LicensePosition | undefined;
  status?: LicenseStatus | undefined;
  product?: string | undefined;
  userId?: string | undefined;
  expiresBefore?: string | undefined;
}>;

export type LicensePosition = Readonly<{ id: string; expiresAt: string | null }>;

type LicensePage<View = LicenseView> = Page<View, LicensePosition>;

/** Lists licenses page by page: all with the scope, their own for users. */
export class ListLicenses extends UseCase<Pick<Ports, 'licenseQueries' | 'users' | 'clock'>> {
  /** @throws {DomainError} license.invalid: `expiresBefore` is not a valid moment */
  async ofAll(command: ListLicensesCommand): Promise<LicensePage> {
    command.caller.require('licenses:read');
    return this.#list(command);
  }

  /**
   * All licenses with their owners.
   * @throws {DomainError} license.invalid: `expiresBefore` is not a valid moment
   */
  async withOwners(command: ListLicensesCommand): Promise<LicensePage<OwnedLicenseView>> {
    command.caller.require('licenses:read');
    command.caller.require('users:read');
    return this.#page(command, (query) => this.deps.licenseQueries.listWithOwners(query));
  }

  /** @throws {DomainError} user.not-found */
  async ofUser(command: ListLicensesCommand & { userId: string }): Promise<LicensePage> {
    const userId = UserId.parse(command.userId);
    command.caller.require('licenses:read', { self: userId });
    const page = await this.#list(command);
    if (page.items.length === 0) await this.deps.users.get(userId);
    return page;
  }

  #list(command: ListLicensesCommand): Promise<LicensePage> {
    return this.#page(command, (query) => this.deps.licenseQueries.list(query));
  }

  async #page<License extends LicenseSnapshot | OwnedLicense>(
    command: ListLicensesCommand,
    list: (query: LicenseListQuery) => Promise<readonly License[]>,
  ) {
    const { caller, limit, after, status, product, userId, expiresBefore } = command;
    const at = this.deps.clock.now();
    const query = {
      at,
      limit: limit + 1,
      status,
      after: after === undefined ? undefined : positionOf(after),
      product: product === undefined ? undefined : Product.normalize(product),
      userId: userId === undefined ? undefined : UserId.parse(userId),
      expiresBefore: expiresBefore === undefined ? undefined : LicenseTerms.parseMoment('expiresBefore', expiresBefore),
    };
    const found = await findIn(caller.products, query, list);
    const licenses = found.map((license) => licenseView(license, at, caller));
    return pageOf(licenses, limit, ({ id, expiresAt }): LicensePosition => ({ id, expiresAt }));
  }
}

/**
 * One query for each product, and each by an index: a query for several would read licenses of all others, too.
 * @param products `undefined`: all
 */
const findIn = async <License extends LicenseSnapshot | OwnedLicense>(
  products: readonly Product[] | undefined,
  query: LicenseListQuery,
  list: (query: LicenseListQuery) => Promise<readonly License[]>,
): Promise<readonly License[]> => {
  if (products === undefined) return list(query);
  const wanted = products.filter((product) => query.product === undefined || product === query.product);
  const found: License[] = [];
  for (const product of wanted) found.push(...(await list({ ...query, product })));
  return found.sort(licenseOrder(query)).slice(0, query.limit);
};

const positionOf = ({ id, expiresAt }: LicensePosition) => ({
  id: LicenseId.parse(id),
  expiresAt: expiresAt === null ? null : Instant.parse(expiresAt),
});
