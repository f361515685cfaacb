import { DomainError } from '../../../domain/shared/domain-error.ts';
import { foldCase } from '../../../domain/shared/unicode.ts';
import { type CanonicalEmail, Email } from '../../../domain/user/email.ts';
import { User, type UserSnapshot } from '../../../domain/user/user.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type {
  LoginView,
  SearchPosition,
  StaffView,
  UserQueries,
  UserRecordView,
  UserSearch,
} from '../../../ports/user-queries.ts';
import type { RemovedWithUser, UserRepository } from '../../../ports/user-repository.ts';
import { MemoryApiTokens } from './memory-api-tokens.ts';
import { MemoryKnownNetworks } from './memory-known-networks.ts';
import { MemoryLicenses } from './memory-licenses.ts';
import { MemoryLoginChallenges } from './memory-login-challenges.ts';
import { MemoryRepository } from './memory-repository.ts';
import { MemorySessions } from './memory-sessions.ts';

export class MemoryUsers extends MemoryRepository implements UserRepository, UserQueries {
  async get(id: UserId): Promise<User> {
    const user = await this.find(id);
    if (user === undefined) throw new DomainError('user.not-found', 'There is no such user.');
    return user;
  }

  async find(id: UserId): Promise<User | undefined> {
    const row = this.tables.users.get(id);
    return row === undefined ? undefined : User.fromSnapshot(row);
  }

  async findByEmail(email: CanonicalEmail): Promise<User | undefined> {
    const id = this.tables.userIdByEmail.get(email);
    return id === undefined ? undefined : this.get(id);
  }

  async save(user: User): Promise<void> {
    const { users, userIdByEmail } = this.tables;
    const next = user.toSnapshot();
    const stored = users.get(next.id);
    if ((stored?.version ?? 0) !== next.version) throw new DomainError('user.stale', 'The user has changed since.');
    const address = Email.canonicalize(next.email);
    const owner = userIdByEmail.get(address);
    if (owner !== undefined && owner !== next.id) {
      throw new DomainError('user.email-taken', 'This email address is already registered.');
    }
    if (stored !== undefined) userIdByEmail.delete(Email.canonicalize(stored.email));
    userIdByEmail.set(address, next.id);
    users.set(next.id, { ...next, version: next.version + 1, hasSecondFactor: stored?.hasSecondFactor ?? false });
  }

  async remove(id: UserId): Promise<RemovedWithUser> {
    const { users, userIdByEmail, passwordResets, confirmations } = this.tables;
    const user = await this.get(id);
    users.delete(id);
    userIdByEmail.delete(Email.canonicalize(user.email));
    for (const { tokenHash, userId } of confirmations.values()) if (userId === id) confirmations.delete(tokenHash);
    this.tables.secondFactors.delete(id);
    this.tables.recoveryCodes.delete(id);
    await new MemoryLoginChallenges(this.tables).removeAllOf(id);
    await new MemoryKnownNetworks(this.tables).removeAllOf(id);
    return {
      sessions: await new MemorySessions(this.tables).removeAllOf(id),
      passwordResets: passwordResets.delete(id) ? 1 : 0,
      apiTokens: new MemoryApiTokens(this.tables).removeAllOf(id),
      ...new MemoryLicenses(this.tables).removeAllOf(id),
    };
  }

  async isEmpty(): Promise<boolean> {
    return this.tables.users.size === 0;
  }

  async lockAdmins({ confirmedOnly, refusesSamples }: Parameters<UserRepository['lockAdmins']>[0]) {
    const canLogIn = ({ ban, emailConfirmedAt, isSample }: UserSnapshot) =>
      ban === null && !(confirmedOnly && emailConfirmedAt === null) && !(refusesSamples && isSample);
    const admins = [...this.tables.users.values()].filter((user) => user.role === 'admin' && canLogIn(user));
    return admins.map(({ id }) => id).sort();
  }

  async findLogin(email: CanonicalEmail): Promise<LoginView> {
    const user = this.tables.users.get(this.tables.userIdByEmail.get(email) as UserId);
    const { id, passwordHash = null, ban = null, isSample = false } = user ?? {};
    return { id, passwordHash, isBanned: ban !== null, isSample };
  }

  async listStaff(): Promise<readonly StaffView[]> {
    return [...this.tables.users.values()]
      .flatMap(({ id, email, role, roleSince, isSample, hasSecondFactor }) =>
        role === null || roleSince === null ? [] : { id, email, role, since: roleSince, isSample, hasSecondFactor },
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async countUnconfirmed(query: Parameters<UserQueries['countUnconfirmed']>[0]) {
    const page = await this.list(query);
    const count = page.filter(({ emailConfirmedAt }) => emailConfirmedAt === null).length;
    return { count, last: page.length < query.limit ? undefined : page.at(-1)?.id };
  }

  async listHashParameters(): Promise<readonly string[]> {
    const hashes = [...this.tables.users.values()].flatMap(({ passwordHash }) => passwordHash ?? []);
    return [...new Set(hashes.map((hash) => hash.split('$').slice(0, 4).join('$')))].sort();
  }

  async search({ email, name, after, limit }: UserSearch) {
    return [...this.tables.users.values()]
      .flatMap((row) => {
        const [address, folded] = [Email.canonicalize(row.email), row.name === null ? undefined : foldCase(row.name)];
        if (address.startsWith(email)) return { by: 'email', key: address, user: recordView(row) } as const;
        return folded?.startsWith(name) ? ({ by: 'name', key: folded, user: recordView(row) } as const) : [];
      })
      .filter((found) => after === undefined || inOrder(after, { ...found, id: found.user.id }) < 0)
      .sort((a, b) => inOrder({ ...a, id: a.user.id }, { ...b, id: b.user.id }))
      .slice(0, limit);
  }

  async listByIds(ids: readonly UserId[]): Promise<readonly UserRecordView[]> {
    return ids.flatMap((id) => this.tables.users.get(id) ?? []).map(recordView);
  }

  async list(query: {
    after?: UserId | undefined;
    limit: number;
    email?: CanonicalEmail;
  }): Promise<readonly UserRecordView[]> {
    const { after, limit, email } = query;
    return [...this.tables.users.values()]
      .filter((row) => after === undefined || row.id > after)
      .filter((row) => email === undefined || Email.canonicalize(row.email) === email)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit)
      .map(recordView);
  }
}

/** Addresses come before names. */
const inOrder = (a: SearchPosition, b: SearchPosition): number => {
  for (const part of ['by', 'key', 'id'] as const) if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  return 0;
};

const recordView = (row: UserSnapshot): UserRecordView => {
  const { id, email, name, age, createdAt, emailConfirmedAt, pendingEmail, hasSecondFactor, ban } = row;
  return { id, email, name, age, createdAt, emailConfirmedAt, pendingEmail, hasSecondFactor, ban };
};
