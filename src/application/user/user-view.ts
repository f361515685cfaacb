import type { User } from '../../domain/user/user.ts';
import type { UserRecordView, UserView } from '../../ports/user-queries.ts';

/** The public fields of `user`. Each is named, so that a new secret field stays out. */
export const userView = (user: User): UserView => {
  const { id, email, name, age, createdAt } = user.toSnapshot();
  return { id, email, name, age, createdAt };
};

export type VersionedUserView = UserRecordView & Readonly<{ version: number }>;

export const versionedView = (user: User): VersionedUserView => {
  const { emailConfirmedAt, pendingEmail, hasSecondFactor, ban, version } = user.toSnapshot();
  return { ...userView(user), emailConfirmedAt, pendingEmail, hasSecondFactor, ban, version };
};

/**
 * A save raises the version in the store, and not that of the saved object.
 * @param before as stored; the same object as `user`: nothing was to save
 */
export const savedView = (user: User, before?: User): VersionedUserView =>
  user === before ? versionedView(user) : { ...versionedView(user), version: user.version + 1 };
