import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type CompiledQuery, Kysely } from 'kysely';
import { migrations } from '../../../../../migrations/migrations.ts';
import { aSecretHash, aToken } from '../../../../../test/builders/api-token-builder.ts';
import { anAuditEntry } from '../../../../../test/builders/audit-entry-builder.ts';
import { aConfirmation } from '../../../../../test/builders/confirmation-builder.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aFingerprint, aKey, aLicense } from '../../../../../test/builders/license-builder.ts';
import { aPair, aPairCheck } from '../../../../../test/builders/pair-check-builder.ts';
import { aPasswordReset } from '../../../../../test/builders/password-reset-builder.ts';
import { aSecondFactor } from '../../../../../test/builders/second-factor-builder.ts';
import { allSessionsOf, aSession } from '../../../../../test/builders/session-builder.ts';
import { aSigningKey } from '../../../../../test/builders/signing-key-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { aFolder } from '../../../../../test/contracts/open-stores.ts';
import { fillForPlans, slowStepsOf } from '../../../../../test/postgres/query-plans.ts';
import { aPostgresDatabase } from '../../../../../test/postgres/shared-postgres.ts';
import { sealAfter } from '../../../../domain/audit/audit-chain.ts';
import type { AuditFilter } from '../../../../domain/audit/audit-filter.ts';
import { LICENSE_STATUSES } from '../../../../domain/license/license-status.ts';
import { Product } from '../../../../domain/license/product.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { Email } from '../../../../domain/user/email.ts';
import { KnownNetwork } from '../../../../domain/user/known-network.ts';
import { LoginChallenge } from '../../../../domain/user/login-challenge.ts';
import type { ApiTokenQueries } from '../../../../ports/api-token-queries.ts';
import type { AuditQueries } from '../../../../ports/audit-queries.ts';
import type { LicenseQueries } from '../../../../ports/license-queries.ts';
import { SEALED_COLUMNS } from '../../../../ports/sealer.ts';
import type { SessionQueries } from '../../../../ports/session-queries.ts';
import type { SigningKeyQueries } from '../../../../ports/signing-key-queries.ts';
import type { Stores } from '../../../../ports/unit-of-work.ts';
import type { UserQueries } from '../../../../ports/user-queries.ts';
import { sha256 } from '../../system/sha256-token-hasher.ts';
import { KyselyUnitOfWork } from '../kysely-unit-of-work.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import { GuildhallPostgresDialect } from '../postgres/postgres-dialect.ts';
import { postgresAddressFrom } from '../postgres/postgres-url.ts';
import type { Schema } from '../schema.ts';
import { GuildhallSqliteDialect, openSqlite } from '../sqlite/sqlite-dialect.ts';
import { KyselyActivations } from './kysely-activations.ts';
import { KyselyApiTokenQueries, KyselyApiTokens } from './kysely-api-tokens.ts';
import { KyselyAttempts } from './kysely-attempts.ts';
import { KyselyAuditLog } from './kysely-audit-log.ts';
import { KyselyAuditQueries } from './kysely-audit-queries.ts';
import { KyselyConfirmations } from './kysely-confirmations.ts';
import { KyselyDailyCounts } from './kysely-daily-counts.ts';
import { KyselyIdempotency } from './kysely-idempotency.ts';
import { KyselyKnownNetworks } from './kysely-known-networks.ts';
import { KyselyLicenseQueries } from './kysely-license-queries.ts';
import { KyselyLicenses } from './kysely-licenses.ts';
import { KyselyLoginChallenges } from './kysely-login-challenges.ts';
import { KyselyOutbox } from './kysely-outbox.ts';
import { KyselyPairHistory } from './kysely-pair-history.ts';
import { KyselyPasswordResets } from './kysely-password-resets.ts';
import { KyselyRetention } from './kysely-retention.ts';
import { KyselySealedValues } from './kysely-sealed-values.ts';
import { KyselySecondFactors } from './kysely-second-factors.ts';
import { KyselySessionQueries, KyselySessions } from './kysely-sessions.ts';
import { KyselySigningKeys } from './kysely-signing-keys.ts';
import { KyselyUserQueries, KyselyUsers } from './kysely-users.ts';

/** All that ask or change something while the service runs. `KyselyStoreWipe` empties tables and may scan them. */
const STORES = [
  KyselyUsers,
  KyselyUserQueries,
  KyselySessions,
  KyselySessionQueries,
  KyselyPasswordResets,
  KyselyConfirmations,
  KyselyDailyCounts,
  KyselyApiTokens,
  KyselyApiTokenQueries,
  KyselyAttempts,
  KyselyIdempotency,
  KyselyAuditLog,
  KyselyAuditQueries,
  KyselyOutbox,
  KyselySecondFactors,
  KyselyLoginChallenges,
  KyselyKnownNetworks,
  KyselySealedValues,
  KyselyRetention,
  KyselyPairHistory,
  KyselyLicenses,
  KyselyActivations,
  KyselyLicenseQueries,
  KyselySigningKeys,
];

const DAY_MS = 86_400_000;

describe('A query', () => {
  it('finds its rows by an index, in the order wanted, whatever method asks it', async () => {
    await using folder = await aFolder();
    const database = openSqlite(join(folder.path, 'guildhall.db'));
    const asked = new Map<string, CompiledQuery>();
    const db = new Kysely<Schema>({
      dialect: new GuildhallSqliteDialect(database),
      log: ({ query }) => void asked.set(query.sql, query),
    });
    await migrateToLatest(db, migrations);
    asked.clear();

    const called = new Set<string>();
    const outside = watched(
      {
        audit: new KyselyAuditQueries(db),
        users: new KyselyUserQueries(db),
        sessions: new KyselySessionQueries(db),
        apiTokens: new KyselyApiTokenQueries(db),
        licenses: new KyselyLicenseQueries(db),
        signingKeys: new KyselySigningKeys(db),
      },
      called,
    );
    await new KyselyUnitOfWork(db).run((stores) => useEverything(watched(stores, called)));
    await askEverything(outside);
    assert.deepEqual([...called].sort(), STORES.flatMap(methodsOf).sort(), 'every method of every store was called');

    const tables = database.prepare("select name from sqlite_schema where type = 'table'").pluck().all().join('|');
    // A partial index, which holds the people with a role and no others, and the audit entries of the last seconds.
    const isSlow = (step: string) =>
      (new RegExp(`^SCAN (${tables})\\b`).test(step) &&
        !/USING INDEX staff_by_id$|^SCAN unsealed_audit_entries\b/.test(step)) ||
      step.includes('TEMP B-TREE');
    const slow = [...asked.values()]
      .filter(({ sql }) => /^(select|insert|update|delete|with)/.test(sql))
      .flatMap(({ sql, parameters }) => {
        const plan = database.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[];
        return plan.filter(({ detail }) => isSlow(detail)).map(({ detail }) => ({ sql, detail }));
      });
    assert.deepEqual(
      [...new Set(slow.map(({ sql }) => sql))].sort(),
      ['select "id" from "users" limit ?'],
      'only the first row',
    );
    await db.destroy();
  });

  it('for licenses by their end does not begin with those that ended long ago', async () => {
    await using folder = await aFolder();
    const asked: CompiledQuery[] = [];
    const db = new Kysely<Schema>({
      dialect: new GuildhallSqliteDialect(openSqlite(join(folder.path, 'guildhall.db'))),
      log: ({ query }) => void asked.push(query),
    });
    await migrateToLatest(db, migrations);
    const licenses = new KyselyLicenseQueries(db);
    const yearAgo = Instant.plusMs(NEW_YEAR, -365 * DAY_MS);
    for (const [query, from] of [
      [{ status: 'active', expiresBefore: Instant.plusMs(NEW_YEAR, DAY_MS) }, NEW_YEAR],
      [{ status: 'in_grace' }, yearAgo],
    ] as const) {
      await licenses.list({ at: NEW_YEAR, limit: 5, ...query });
      const { parameters } = asked.at(-1) ?? assert.fail('nothing asked');
      const moments = parameters.filter((parameter) => /^\d{4}-\d\d-\d\dT/.test(String(parameter)));
      assert.equal(moments.sort()[0], from, query.status);
    }
    await db.destroy();
  });

  it('does so on Postgres too, among many rows, whether it is planned for its parameters or for any', async () => {
    await using database = await aPostgresDatabase();
    const asked = new Map<string, CompiledQuery>();
    const db = new Kysely<Schema>({
      dialect: new GuildhallPostgresDialect(postgresAddressFrom(database.url), { size: 1 }),
      log: ({ query }) => void asked.set(query.sql, query),
    });
    await using _ = { [Symbol.asyncDispose]: () => db.destroy() };
    await new KyselyUnitOfWork(db).run(useEverything);
    await askEverything({
      audit: new KyselyAuditQueries(db),
      users: new KyselyUserQueries(db),
      sessions: new KyselySessionQueries(db),
      apiTokens: new KyselyApiTokenQueries(db),
      licenses: new KyselyLicenseQueries(db),
      signingKeys: new KyselySigningKeys(db),
    });
    await fillForPlans(database.url);
    const queries = [...asked.values()].filter(({ sql }) => /^(select|insert|update|delete|with)/.test(sql));
    assert.ok(queries.length > 60, `only ${queries.length} queries were asked`);
    assert.deepEqual(await slowStepsOf(database.url, queries), [
      'select "id" from "users" limit $1: Seq Scan on users',
    ]);
  });
});

const useEverything = async (stores: Stores): Promise<void> => {
  const { users, sessions, passwordResets, attempts, audit, idempotency, outbox, retention } = stores;
  const { apiTokens, confirmations, pairHistory, licenses, activations, signingKeys } = stores;
  await users.isEmpty();
  await users.find(aUser().id);
  await users.save(aUser());
  await users.save((await users.get(aUser().id)).changeAge(null));
  await users.findByEmail(Email.canonicalize('ada@example.com'));
  const { id, userId, tokenHash } = aSession().toSnapshot();
  await sessions.add(aSession());
  await sessions.elevate(id, NEW_YEAR);
  await sessions.touch(id, NEW_YEAR);
  await sessions.find(id);
  await sessions.removeOldestOf(userId, { keep: 1 });
  await sessions.removeAllOf(userId, { except: id });
  await sessions.remove({ tokenHash });
  await sessions.remove({ id });
  await sessions.removeAllOf(userId);
  await passwordResets.put(aPasswordReset());
  await passwordResets.find(aPasswordReset().toSnapshot().tokenHash);
  await passwordResets.take(aPasswordReset().toSnapshot().tokenHash);
  await passwordResets.removeOf(userId);
  await confirmations.add(aConfirmation());
  await confirmations.find(aConfirmation().toSnapshot().tokenHash);
  await confirmations.take(aConfirmation().toSnapshot().tokenHash);
  await confirmations.listOf(userId, 'cancellation');
  await confirmations.removeAllOf(userId);
  await confirmations.removeAllOf(userId, 'address');
  const { secondFactors, sealedValues } = stores;
  await secondFactors.put(aSecondFactor());
  await secondFactors.find(userId);
  const { loginChallenges } = stores;
  const passwordDigest = tokenHash;
  const challenge = { tokenHash, userId, passwordDigest, earlierTokenHash: null, at: NEW_YEAR };
  await loginChallenges.put(LoginChallenge.request(challenge));
  await loginChallenges.find(tokenHash);
  await loginChallenges.remove(tokenHash);
  await loginChallenges.removeAllOf(userId);
  const { knownNetworks } = stores;
  await knownNetworks.put(KnownNetwork.ofLogin({ hash: tokenHash, userId, at: NEW_YEAR }), { keep: 20 });
  await knownNetworks.find(tokenHash);
  await knownNetworks.listOf(userId);
  await knownNetworks.removeAllOf(userId);
  await sealedValues.recordKeyId('0123abcd');
  await sealedValues.recordedKeyId();
  for (const keyIds of [['0123abcd'], ['0123abcd', 'f0000000']]) await sealedValues.countOthers(keyIds);
  const [column] = SEALED_COLUMNS;
  for (const afterRowId of [undefined, anId(0)]) {
    await sealedValues.list({ column, keyId: '0123abcd', afterRowId, limit: 100 });
  }
  await sealedValues.replace({ ...column, rowId: userId }, '0123abcd.sealed');
  await stores.dailyCounts.add([{ day: '2026-01-01', name: 'login.failed', count: 1 }]);
  await stores.dailyCounts.put([{ day: '2026-01-01', name: 'seat.used', count: 1 }]);
  await stores.dailyCounts.listBetween('2026-100', '2026-101');
  await stores.dailyCounts.countQueuedEmails(1_000);
  const keys = ['a', 'b', 'c'];
  const windows = keys.map((key) => ({ key, windowMs: 1 }));
  await idempotency.begin({ key: 'k', fingerprint: 'f', at: NEW_YEAR, expiresAt: NEW_YEAR });
  await idempotency.complete('k', '{}');
  await idempotency.find('k', NEW_YEAR);
  await audit.listUnsealed({ limit: 50 });
  let head = await audit.lockHead();
  await audit.moveAnchor({ ...head, seq: 1 });
  // Also before and after the period that is looked for.
  for (const [n, days] of [-2, -1, 0, 1].entries()) {
    const entry = anAuditEntry({ id: anId(100 + n), at: Instant.plusMs(NEW_YEAR, days * DAY_MS) });
    await audit.append(entry);
    const seal = sealAfter(head, entry, sha256, NEW_YEAR);
    head = { ...seal, at: NEW_YEAR };
    await audit.seal(new Map([[entry.id, seal]]), head);
  }
  await audit.listTimes({ after: 0, limit: 50 });
  for (const after of [undefined, 1]) await audit.eraseClients({ before: NEW_YEAR, now: NEW_YEAR, after, limit: 50 });
  await audit.removeUntilAnchor({ limit: 50 });
  await attempts.count(windows, NEW_YEAR);
  await attempts.read(windows, NEW_YEAR);
  await attempts.lock(keys);
  await attempts.refund(keys);
  await attempts.clear(keys);
  for (const n of [1, 2]) await outbox.add(anId(n), { kind: 'welcome', to: 'ada@example.com' }, NEW_YEAR);
  await outbox.claim({ at: NEW_YEAR, leaseUntil: NEW_YEAR, latestDue: NEW_YEAR, limit: 20 });
  await outbox.renew(anId(1), NEW_YEAR, NEW_YEAR);
  await outbox.postpone(anId(1), NEW_YEAR, 'The post is closed');
  await outbox.renew(anId(1), NEW_YEAR, NEW_YEAR);
  await outbox.done(anId(1));
  await retention.purge({
    at: NEW_YEAR,
    sessionsBegunBefore: NEW_YEAR,
    sessionsSeenBefore: NEW_YEAR,
    staffSessionsSeenBefore: NEW_YEAR,
    tokensExpiredBefore: NEW_YEAR,
  });
  await pairHistory.add(aPairCheck());
  await pairHistory.list({ pair: aPair(), limit: 50 });
  const before = aPairCheck().toSnapshot().id;
  for (const query of [{}, { pair: aPair() }, { before }, { pair: aPair(), before }]) {
    await pairHistory.listLatest({ ...query, limit: 50 });
  }
  await apiTokens.save(aToken());
  await apiTokens.save((await apiTokens.lock(aToken().id)).change({ name: 'deployment' }));
  await apiTokens.countLive(userId, NEW_YEAR);
  await apiTokens.countLive(null, NEW_YEAR);
  await apiTokens.touchLastUsed([{ id: aToken().id, at: NEW_YEAR, ip: '192.0.2.7' }]);
  await apiTokens.remove(aToken().id);
  await licenses.save(aLicense());
  await licenses.save((await licenses.lock(aLicense().id)).suspend());
  await licenses.addNotice({ licenseId: aLicense().id, expiresAt: NEW_YEAR, days: 3, queuedAt: NEW_YEAR });
  await licenses.removeNotice({ licenseId: aLicense().id, expiresAt: NEW_YEAR, days: 3 });
  await licenses.markOwnerBanned(aUser().id, true);
  const ids = Array.from({ length: 9 }, () => aLicense().id);
  await licenses.touchLastValidated(new Map([[NEW_YEAR, ids]]));
  await activations.put({ licenseId: aLicense().id, fingerprint: aFingerprint(), name: null, activatedAt: NEW_YEAR });
  await activations.touchLastSeen(new Map([[NEW_YEAR, [{ licenseId: aLicense().id, fingerprint: aFingerprint() }]]]));
  await activations.find(aLicense().id, aFingerprint());
  await activations.remove(aLicense().id, aFingerprint());
  await signingKeys.add(aSigningKey());
  await signingKeys.active();
  await signingKeys.replace({ ...aSigningKey(), publishedUntil: NEW_YEAR });
  await secondFactors.replaceRecoveryCodes(userId, [tokenHash]);
  await secondFactors.takeRecoveryCode(userId, tokenHash);
  await secondFactors.countRecoveryCodes(userId);
  await secondFactors.remove(userId);
  await users.lockAdmins({ confirmedOnly: false, refusesSamples: false });
  await licenses.save(aLicense({ id: anId(0x3002), key: aKey(2), activations: 1_000 }));
  await users.remove(userId);
};

type Directories = {
  audit: AuditQueries;
  users: UserQueries;
  sessions: SessionQueries;
  apiTokens: ApiTokenQueries;
  licenses: LicenseQueries;
  signingKeys: SigningKeyQueries;
};

const askEverything = async ({ audit, users, sessions, apiTokens, licenses, signingKeys }: Directories) => {
  await audit.readChain();
  await audit.get(anAuditEntry().id).catch(() => {});
  await audit.findRange({ from: NEW_YEAR, to: NEW_YEAR });
  await audit.findRange({});
  await audit.listSealed({ after: 0, last: 10, limit: 50 });
  for (const filter of everyAuditFilter()) await audit.list({ filter, limit: 50 });
  const [after, email] = [aUser().id, Email.canonicalize('ada@example.com')];
  await users.list({ limit: 50 });
  await users.list({ limit: 50, after });
  await users.list({ limit: 50, email });
  await users.list({ limit: 50, after, email });
  await users.listByIds([after]);
  for (const by of [undefined, 'email', 'name'] as const) {
    const position = by && { after: { by, key: 'adb', id: after } };
    await users.search({ email: Email.canonicalize('ada'), name: 'ada', limit: 50, ...position });
  }
  await users.findLogin(email);
  await users.listStaff();
  await users.listHashParameters();
  await users.countUnconfirmed({ limit: 50 });
  await sessions.findByToken(aSession().toSnapshot().tokenHash);
  await sessions.list(allSessionsOf(aUser().id));
  await apiTokens.findByHash(aSecretHash());
  await apiTokens.get(aToken().id).catch(() => {});
  await apiTokens.list();
  await licenses.findByKey(aKey(), aFingerprint());
  await licenses.findById(aLicense().id, aFingerprint());
  await licenses.listActivations({ licenseId: aLicense().id, limit: 50 });
  await licenses.listNotices([aLicense().id]);
  const machine = { licenseId: aLicense().id, fingerprint: aFingerprint(), activatedAt: NEW_YEAR };
  await licenses.listMachines({ limit: 50 });
  await licenses.listMachines({ limit: 50, after: machine });
  await licenses.listMachines({ limit: 50, fingerprint: machine.fingerprint });
  await licenses.listMachines({ limit: 50, fingerprint: machine.fingerprint, after: machine });
  await licenses.get(aLicense().id).catch(() => {});
  for (const filters of everyFilter()) {
    await licenses.list({ at: NEW_YEAR, limit: 50, ...filters });
    await licenses.listWithOwners({ at: NEW_YEAR, limit: 50, ...filters });
  }
  await signingKeys.findActive();
  await signingKeys.listPublished(NEW_YEAR);
};

/** Each filter of a list, and all of them together in every way. */
const everyFilter = (): Partial<Parameters<LicenseQueries['list']>[0]>[] =>
  [undefined, ...LICENSE_STATUSES].flatMap((status) =>
    [undefined, Product.parse('editor')].flatMap((product) =>
      [undefined, aUser().id].flatMap((userId) =>
        [undefined, NEW_YEAR].map((expiresBefore) => ({
          ...(status === undefined ? {} : { status }),
          ...(product === undefined ? {} : { product }),
          ...(userId === undefined ? {} : { userId }),
          ...(expiresBefore === undefined ? {} : { expiresBefore }),
        })),
      ),
    ),
  );

/** Each filter of the audit log that stands alone, and each with the kinds beside it. */
const everyAuditFilter = (): AuditFilter[] =>
  [
    {},
    { actor: 'a' },
    { subject: 's' },
    { requestId: 'r' },
    { actions: ['user.created'] as const },
    { actions: ['user.created', 'user.updated'] as const },
    { from: NEW_YEAR },
    { to: NEW_YEAR },
    { from: NEW_YEAR, to: NEW_YEAR },
    { actor: 'a', subject: 's', requestId: 'r', from: NEW_YEAR, to: NEW_YEAR, actions: ['user.created'] as const },
  ].flatMap((filter): AuditFilter[] => [filter, { ...filter, actorKind: 'staff', subjectKind: 'user' }]);

/** The same stores, but they write down which of their methods were called. */
const watched = <T extends Readonly<Record<keyof T, object>>>(stores: T, called: Set<string>): T =>
  Object.fromEntries(
    Object.entries<object>(stores).map(([name, store]) => [
      name,
      new Proxy(store, {
        get: (target, method) => {
          called.add(`${target.constructor.name}.${String(method)}`);
          return Reflect.get(target, method, target).bind(target);
        },
      }),
    ]),
  ) as unknown as T;

const methodsOf = (store: { name: string; prototype: object }): string[] =>
  Object.getOwnPropertyNames(store.prototype)
    .filter((name) => name !== 'constructor')
    .map((name) => `${store.name}.${name}`);
