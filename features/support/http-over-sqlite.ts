import assert from 'node:assert/strict';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../src/composition/config/config.ts';
import { readConfig } from '../../src/composition/config/config.ts';
import { sqliteStores } from '../../src/composition/wiring/kysely-stores.ts';
import { startTestApp, type TestApp } from '../../test/http/test-app.ts';
import type { AppDriver, RequestOptions, UserRecord } from './app-driver.ts';
import { type AuditItem, auditOverHttp } from './audit-driver.ts';
import { errorIn } from './error-in-response.ts';
import type { LicenseOrigin } from './license-driver.ts';
import { licensesOverHttp, versionIn } from './licenses-over-http.ts';
import { overviewOnPages } from './overview-driver.ts';
import { passwordsOverHttp } from './password-driver.ts';
import { randomUsersOverHttp } from './random-users-driver.ts';
import { registrationOverHttp } from './registration-driver.ts';
import { secondFactorOverHttp } from './second-factor-driver.ts';
import { TestServer } from './test-server.ts';
import { tokensOverHttp } from './token-driver.ts';

type Expectation = Readonly<{ expects: number | readonly number[]; json?: unknown }>;

/** A store with all tables and no rows, gone when it is disposed of. */
export type EmptyStore = AsyncDisposable & Readonly<{ url: string }>;

/** The whole service without the network: real routes, real SQL on a real file, a turned clock. */
export const httpOverSqlite = (settings: Environment): Promise<AppDriver> => httpOver(anEmptyFile, settings);

/** The same on any store. */
export const httpOver = async (open: () => Promise<EmptyStore>, settings: Environment): Promise<AppDriver> => {
  const server = new TestServer();
  const emptyStore = await open();
  const store = { DATABASE_URL: emptyStore.url };
  const start = async (env: Environment): Promise<TestApp> => {
    const settings = { ...env, ...store };
    const app = await startTestApp(settings, (container) => server.configure(container, readConfig(settings)));
    server.useCases = app.useCases;
    return app;
  };
  let env = settings;
  let app = await start(env);

  /** A success must have the documented status; an error must be the right problem, and is thrown as a domain error. */
  const ask = async (
    from: LicenseOrigin & RequestOptions,
    method: string,
    path: string,
    { expects, json }: Expectation,
  ) => {
    const { ip, device, session, adminKey, licenseKey, idempotencyKey, acceptedVersions } = from;
    const answer = await app.call(method, path, {
      remoteAddress: ip,
      headers: {
        'user-agent': device,
        ...(licenseKey === undefined ? {} : { authorization: `License ${licenseKey}` }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(acceptedVersions === undefined ? {} : { 'if-match': acceptedVersions.map((n) => `"${n}"`).join(', ') }),
      },
      session,
      ...(adminKey === undefined ? {} : { bearer: adminKey }),
      ...(json === undefined ? {} : { json }),
    });
    if (answer.status >= 400) throw errorIn(answer, server.now);
    assert.ok([expects].flat().includes(answer.status), `${method} ${path} answered ${answer.status}`);
    const mayLogIn = method === 'POST' && ['/sessions', '/sessions/challenge'].includes(path);
    assert.equal(answer.session !== undefined, mayLogIn, `${method} ${path} and the session cookie`);
    return answer;
  };

  return {
    server,
    licenses: licensesOverHttp(ask),
    passwords: passwordsOverHttp(ask),
    audit: auditOverHttp(ask),
    overview: overviewOnPages(() => app),
    tokens: tokensOverHttp(ask),
    secondFactor: secondFactorOverHttp(ask),
    registration: registrationOverHttp(ask),
    randomUsers: randomUsersOverHttp(ask),
    async register(from, particulars) {
      const { created_at: createdAt, ...rest } = (
        await ask(from, 'POST', '/register', { expects: 201, json: particulars })
      ).json();
      return { ...rest, createdAt };
    },
    async createUser(from, particulars) {
      return recordIn((await ask(from, 'POST', '/users', { expects: 201, json: particulars })).json());
    },
    async listUsers(from, { limit, next, email }) {
      const query = new URLSearchParams({ limit: String(limit), ...(email === undefined ? {} : { email }) });
      const answer = await ask(from, 'GET', next ?? `/users?${query}`, { expects: 200 });
      return { users: answer.json().map(recordIn), next: nextIn(answer.headers.link) };
    },
    async readUser(from, id) {
      return recordIn((await ask(from, 'GET', `/users/${id}`, { expects: 200 })).json());
    },
    async versionOfUser(from, id) {
      return versionIn(await ask(from, 'GET', `/users/${id}`, { expects: 200 }));
    },
    async changeUser(from, id, { currentPassword, ...change }) {
      const json = { ...change, ...(currentPassword === undefined ? {} : { current_password: currentPassword }) };
      return recordIn((await ask(from, 'PATCH', `/users/${id}`, { expects: 200, json })).json());
    },
    async deleteUser(from, id) {
      await ask(from, 'DELETE', `/users/${id}`, { expects: 204 });
    },
    async exportUser(from, id) {
      const answer = await ask(from, 'GET', `/users/${id}/export`, { expects: 200 });
      assert.match(String(answer.headers['content-disposition']), /^attachment;/);
      const { user, sessions, licenses, activations, audit } = answer.json() as WireExport;
      return {
        user: recordIn(user),
        devices: sessions.map(({ user_agent }) => user_agent),
        licenseKeys: licenses.map(({ license_key }) => license_key),
        machines: activations.map(({ fingerprint }) => fingerprint),
        audit,
      };
    },
    async banUser(from, id, reason) {
      const json = reason === undefined ? undefined : { reason };
      return recordIn((await ask(from, 'POST', `/users/${id}/ban`, { expects: 200, json })).json());
    },
    async unbanUser(from, id) {
      return recordIn((await ask(from, 'POST', `/users/${id}/unban`, { expects: 200 })).json());
    },
    async giveRole(from, id, role) {
      await ask(from, 'PUT', `/staff/${id}`, { expects: 200, json: { role } });
    },
    async removeRole(from, id) {
      await ask(from, 'DELETE', `/staff/${id}`, { expects: 204 });
    },
    async logIn(from, credentials) {
      const answer = await ask(from, 'POST', '/sessions', { expects: 200, json: credentials });
      assert.deepEqual(answer.json(), { email: credentials.email, message: 'logged in' });
      return answer.session ?? assert.fail('No session came');
    },
    async logOut(from) {
      await ask(from, 'DELETE', '/sessions', { expects: 302 });
    },
    async stepUp(from, proof) {
      const answer = await ask(from, 'POST', '/sessions/elevate', { expects: 200, json: proof });
      assert.deepEqual(Object.keys(answer.json()), ['elevated_until']);
    },
    async whoAmI(from) {
      const profile = (await ask(from, 'GET', '/profile', { expects: 200 })).json();
      assert.deepEqual(Object.keys(profile), ['email']);
      return profile.email;
    },
    async listSessions(from) {
      const sessions = (await ask(from, 'GET', '/sessions?limit=100', { expects: 200 })).json() as WireSession[];
      return sessions.map(
        ({ user_agent: device, created_at: createdAt, last_seen_at: lastSeenAt, current, ...rest }) => ({
          ...rest,
          device,
          createdAt,
          lastSeenAt,
          isCurrent: current,
        }),
      );
    },
    async endSession(from, id) {
      await ask(from, 'DELETE', `/sessions/${id}`, { expects: 204 });
    },
    async askForReset(from, email) {
      const returnsToken = app.config.mode === 'development';
      const answer = await ask(from, 'POST', '/reset_password', { expects: returnsToken ? 200 : 202, json: { email } });
      if (returnsToken) return answer.json().reset_token;
      // The same text for all addresses, so that it does not reveal accounts.
      assert.deepEqual(answer.json(), { email, message: 'If this address has an account, a mail is on its way.' });
      return undefined;
    },
    async resetPassword(from, { email, token, newPassword }) {
      const json = { email, reset_token: token, new_password: newPassword };
      const answer = await ask(from, 'PUT', '/reset_password', { expects: 200, json });
      assert.deepEqual(answer.json(), { email, message: 'Password updated' });
    },
    async restart(change) {
      await app[Symbol.asyncDispose]();
      env = { ...env, ...change };
      app = await start(env);
    },
    async close() {
      await app[Symbol.asyncDispose]();
      await emptyStore[Symbol.asyncDispose]();
    },
  };
};

const anEmptyFile = async (): Promise<EmptyStore> => {
  const folder = await mkdtempDisposable(join(tmpdir(), 'guildhall-feature-'));
  const path = join(folder.path, 'guildhall.db');
  await writeFile(path, await migratedFile(), { mode: 0o600 });
  return { url: `file:${path}`, [Symbol.asyncDispose]: () => folder.remove() };
};

/** Migrated once and copied for each scenario: a migration waits for the disk, and there are hundreds of scenarios. */
const migratedFile = (): Promise<Buffer> => {
  migrated ??= migrateOnce();
  return migrated;
};

let migrated: Promise<Buffer> | undefined;

const migrateOnce = async (): Promise<Buffer> => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'guildhall-feature-'));
  const path = join(folder.path, 'guildhall.db');
  const stores = sqliteStores(path);
  await stores.migrate();
  await stores.close();
  return readFile(path);
};

type WireSession = Readonly<{
  id: string;
  created_at: string;
  last_seen_at: string;
  ip: string;
  user_agent: string;
  current: boolean;
}>;

type WireUser = Omit<UserRecord, 'createdAt' | 'emailConfirmedAt' | 'pendingEmail' | 'hasSecondFactor'> &
  Readonly<{ created_at: string; email_confirmed_at: string | null; pending_email: string | null; mfa: boolean }>;

const recordIn = (wire: WireUser): UserRecord => {
  const {
    created_at: createdAt,
    email_confirmed_at: emailConfirmedAt,
    pending_email: pendingEmail,
    mfa,
    ...rest
  } = wire;
  return { ...rest, createdAt, emailConfirmedAt, pendingEmail, hasSecondFactor: mfa };
};

type WireExport = Readonly<{
  user: WireUser;
  sessions: readonly WireSession[];
  licenses: readonly Readonly<{ license_key?: string }>[];
  activations: readonly Readonly<{ fingerprint: string }>[];
  audit: readonly AuditItem[];
}>;

const nextIn = (link: unknown): string | undefined => /^<([^>]+)>; rel="next"$/.exec(String(link))?.[1];
