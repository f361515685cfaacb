import type { Ports } from '../../ports/ports.ts';

/** One store behind all of its ports. */
export type OpenStores = Pick<
  Ports,
  | 'unitOfWork'
  | 'auditQueries'
  | 'users'
  | 'userQueries'
  | 'sessionQueries'
  | 'apiTokenQueries'
  | 'pairHistory'
  | 'licenseQueries'
  | 'signingKeyQueries'
  | 'storeHealth'
  | 'storeWipe'
> &
  Readonly<{
    /**
     * @returns the names of the migrations that were applied
     * @throws where a newer version of Guildhall has migrated the store
     */
    migrate(): Promise<readonly string[]>;
    close(): Promise<void>;
  }>;
