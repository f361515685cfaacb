import type { ImportRandomUsers } from '../../../application/user/import-random-users.ts';
import type { ImportRandomUsersRemotely } from '../../../application/user/import-random-users-remotely.ts';
import type { Secret } from '../../../domain/shared/secret.ts';

/** Where imported people can go. Each opens what it needs for `work`, and closes it again. */
export type UserImport = Readonly<{
  /** Is this a store of production, where nobody fills in people who do not exist by mistake? */
  asksForYes(): Promise<boolean>;
  intoStore<T>(work: (importRandomUsers: ImportRandomUsers) => Promise<T>): Promise<T>;
  toServer<T>(
    server: Readonly<{ url: URL; key: Secret | undefined }>,
    work: (sendRandomUsers: ImportRandomUsersRemotely) => Promise<T>,
  ): Promise<T>;
}>;
