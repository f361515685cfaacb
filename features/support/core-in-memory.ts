import type { VersionedUserView } from '../../src/application/user/user-view.ts';
import type { Environment } from '../../src/composition/config/config.ts';
import { readConfig } from '../../src/composition/config/config.ts';
import { compose } from '../../src/composition/wiring/container.ts';
import { memoryStores } from '../../src/composition/wiring/open.ts';
import type { Role } from '../../src/domain/access/scope.ts';
import { DomainError } from '../../src/domain/shared/domain-error.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import { userStatus } from '../../src/domain/user/ban.ts';
import type { UserRecordView } from '../../src/ports/user-queries.ts';
import { AuditedMemoryStores } from '../../test/audit/audited-memory-stores.ts';
import { MemoryMailer } from '../../test/doubles/memory-mailer.ts';
import { MemorySecurityLog } from '../../test/doubles/memory-security-log.ts';
import type { AppDriver, Origin, UserRecord } from './app-driver.ts';
import { auditInCore, auditItemOf } from './audit-driver.ts';
import { licensesInCore } from './license-driver.ts';
import { overviewInCore } from './overview-driver.ts';
import { passwordsInCore } from './password-driver.ts';
import { randomUsersInCore } from './random-users-driver.ts';
import { registrationInCore } from './registration-driver.ts';
import { repeatable } from './repeatable.ts';
import { secondFactorInCore } from './second-factor-driver.ts';
import { TestServer } from './test-server.ts';
import { tokensInCore } from './token-driver.ts';

/** The core alone: use cases over memory adapters and a clock the test turns by hand. */
export const coreInMemory = async (settings: Environment): Promise<AppDriver> => {
  const server = new TestServer();
  const stores = memoryStores(new AuditedMemoryStores());

  const start = async (env: Environment) => {
    const config = readConfig({ ...env, DATABASE_URL: 'memory:' });
    const adapters = { stores, mailer: new MemoryMailer(), securityLog: new MemorySecurityLog() };
    const { useCases } = compose(config, adapters, (c) => server.configure(c, config));
    server.useCases = useCases;
    if (config.hasSampleUsers) await useCases.seedSampleUsers.execute({ wipeFirst: false });
    return useCases;
  };
  let env = settings;
  let core = await start(env);

  const authenticate = (from: Origin) => {
    const { session, adminKey } = from;
    const shown = adminKey ?? session;
    const token = shown === undefined ? undefined : new Secret(shown);
    return core.authenticate.execute({ token, isBearer: adminKey !== undefined, client: clientOf(from) });
  };

  return {
    server,
    licenses: licensesInCore(() => core, authenticate),
    passwords: passwordsInCore(() => core),
    audit: auditInCore(() => core, authenticate),
    overview: overviewInCore(() => core, authenticate),
    tokens: tokensInCore(() => core, authenticate),
    secondFactor: secondFactorInCore(() => core, authenticate),
    registration: registrationInCore(() => core, authenticate),
    randomUsers: randomUsersInCore(() => core, authenticate),
    async register(from, { password, ...rest }) {
      const client = clientOf(from);
      const user = await core.registerUser.execute({ ...rest, password: new Secret(password), client });
      return { ...user, createdAt: Instant.format(user.createdAt) };
    },
    async createUser(from, { password, ...rest }) {
      const { caller } = await authenticate(from);
      const secret = password === undefined ? {} : { password: new Secret(password) };
      const command = { caller, ...rest, ...secret, client: clientOf(from) };
      const view = await repeatable<VersionedUserView>(from, caller, ['create', '', rest], (idempotency) =>
        core.createUser.execute({ ...command, idempotency }),
      );
      return recordOf(view);
    },
    async listUsers(from, { limit, next: after, email }) {
      const { caller } = await authenticate(from);
      const page = await core.listUsers.execute({ caller, limit, after, email });
      return { users: page.items.map(recordOf), next: page.next };
    },
    async readUser(from, userId) {
      const { caller } = await authenticate(from);
      const { role: _, ...record } = await core.readUser.execute({ caller, userId });
      return recordOf(record);
    },
    async versionOfUser(from, userId) {
      const { caller } = await authenticate(from);
      return (await core.readUser.execute({ caller, userId })).version;
    },
    async changeUser(from, userId, { password, currentPassword, ...rest }) {
      const { caller } = await authenticate(from);
      const change = { ...rest, ...(password === undefined ? {} : { password: new Secret(password) }) };
      const current = currentPassword === undefined ? undefined : new Secret(currentPassword);
      const command = { caller, userId, change, currentPassword: current, client: clientOf(from) };
      const { acceptedVersions } = from;
      const view = await repeatable<VersionedUserView>(from, caller, ['update', userId, rest], (idempotency) =>
        core.updateUser.execute({ ...command, acceptedVersions, idempotency }),
      );
      return recordOf(view);
    },
    async deleteUser(from, userId) {
      const { caller } = await authenticate(from);
      const { acceptedVersions } = from;
      await core.deleteUser.execute({ caller, userId, acceptedVersions, client: clientOf(from) });
    },
    async exportUser(from, userId) {
      const { caller } = await authenticate(from);
      const data = await core.exportUser.execute({ caller, userId, client: clientOf(from) });
      return {
        user: recordOf(data.user),
        devices: (await allOf(data.sessions)).map(({ userAgent }) => userAgent),
        licenseKeys: (await allOf(data.licenses)).map(({ key }) => (data.hidesLicenseKeys ? undefined : key)),
        machines: (await allOf(data.activations)).map(({ fingerprint }) => fingerprint),
        audit: (await allOf(data.audit)).map(auditItemOf),
      };
    },
    async banUser(from, userId, reason) {
      const { caller } = await authenticate(from);
      return recordOf(await core.banUser.ban({ caller, userId, reason, client: clientOf(from) }));
    },
    async unbanUser(from, userId) {
      const { caller } = await authenticate(from);
      return recordOf(await core.banUser.unban({ caller, userId, client: clientOf(from) }));
    },
    async giveRole(from, userId, role) {
      const { caller } = await authenticate(from);
      await core.manageStaff.put({ caller, userId, role: role as Role, client: clientOf(from) });
    },
    async removeRole(from, userId) {
      const { caller } = await authenticate(from);
      await core.manageStaff.remove({ caller, userId, client: clientOf(from) });
    },
    async logIn(from, { email, password, code }) {
      const earlierToken = secretOf(from.session);
      const secrets = { password: new Secret(password), code: secretOf(code) };
      const loggedIn = await core.logIn.execute({ email, ...secrets, earlierToken, client: clientOf(from) });
      return loggedIn.token.reveal();
    },
    async logOut(from) {
      const { caller } = await authenticate(from);
      await core.logOut.execute({ caller, client: clientOf(from) });
    },
    async stepUp(from, { password, code }) {
      const { caller } = await authenticate(from);
      const secrets = { password: new Secret(password), code: secretOf(code) };
      await core.elevateSession.execute({ caller, ...secrets, client: clientOf(from) });
    },
    async whoAmI(from) {
      const { email } = await authenticate(from);
      if (email === undefined) throw new DomainError('session.required', 'Log in first.');
      return email;
    },
    async listSessions(from) {
      const { caller } = await authenticate(from);
      const { items } = await core.listSessions.execute({ caller, limit: 100 });
      return items.map(({ userAgent, createdAt, lastSeenAt, ...rest }) => ({
        ...rest,
        device: userAgent,
        createdAt: Instant.format(createdAt),
        lastSeenAt: Instant.format(lastSeenAt),
      }));
    },
    async endSession(from, sessionId) {
      const { caller } = await authenticate(from);
      await core.endSession.execute({ caller, sessionId, client: clientOf(from) });
    },
    async askForReset(from, email) {
      return (await core.requestPasswordReset.execute({ email, client: clientOf(from) }))?.reveal();
    },
    async resetPassword(from, { email, token, newPassword }) {
      const secrets = { token: new Secret(token), newPassword: new Secret(newPassword) };
      await core.resetPassword.execute({ email, ...secrets, client: clientOf(from) });
    },
    async restart(change) {
      env = { ...env, ...change };
      core = await start(env);
    },
    close: () => stores.close(),
  };
};

const secretOf = (value: string | undefined) => (value === undefined ? undefined : new Secret(value));

const clientOf = ({ ip, device }: Origin) => ({ ip, userAgent: device, requestId: 'feature' });

const allOf = async <Item>(pages: AsyncIterable<readonly Item[]>): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for await (const page of pages) items.push(...page);
  return items;
};

/** Without the version, which HTTP sends as the ETag. */
const recordOf = ({ version: _, ...view }: UserRecordView & { version?: number }): UserRecord => ({
  ...view,
  createdAt: Instant.format(view.createdAt),
  status: userStatus(view.ban),
  ban: view.ban && { ...view.ban, at: Instant.format(view.ban.at) },
  emailConfirmedAt: view.emailConfirmedAt && Instant.format(view.emailConfirmedAt),
});
