import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { migrations } from '../../../../../migrations/migrations.ts';
import { aSecretHash, aToken } from '../../../../../test/builders/api-token-builder.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aFingerprint, aKey, aLicense } from '../../../../../test/builders/license-builder.ts';
import { aPair, aPairCheck } from '../../../../../test/builders/pair-check-builder.ts';
import { aPasswordReset } from '../../../../../test/builders/password-reset-builder.ts';
import { allSessionsOf, aSession } from '../../../../../test/builders/session-builder.ts';
import { aSigningKey } from '../../../../../test/builders/signing-key-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { aFolder, type OpenStores, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { aPostgresDatabase } from '../../../../../test/postgres/shared-postgres.ts';
import { Email } from '../../../../domain/user/email.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import { openPostgresStore } from '../postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../postgres/postgres-url.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';

const ATTEMPT = { key: 'login:ada', windowMs: 60_000 };
const { tokenHash } = aSession().toSnapshot();
const aSeat = { licenseId: aLicense().id, fingerprint: aFingerprint(), name: null, activatedAt: NEW_YEAR };

const questions: Record<string, (stores: OpenStores) => Promise<unknown>> = {
  users: ({ userQueries }) => userQueries.list({ limit: 10 }),
  user: ({ users }) => users.get(aUser().id),
  'user by address': ({ users }) => users.findByEmail(Email.canonicalize('ada@example.com')),
  session: ({ unitOfWork }) => unitOfWork.run(({ sessions }) => sessions.find(aSession().id)),
  'session by token': ({ sessionQueries }) => sessionQueries.findByToken(tokenHash),
  sessions: ({ sessionQueries }) => sessionQueries.list(allSessionsOf(aUser().id)),
  reset: ({ unitOfWork }) =>
    unitOfWork.run(({ passwordResets }) => passwordResets.take(aPasswordReset().toSnapshot().tokenHash)),
  attempt: ({ unitOfWork }) => unitOfWork.run(({ attempts }) => attempts.read([ATTEMPT], NEW_YEAR)),
  history: ({ pairHistory }) => pairHistory.list({ pair: aPair(), limit: 10 }),
  license: ({ unitOfWork }) => unitOfWork.run(({ licenses }) => licenses.lock(aLicense().id)),
  'license by key': ({ licenseQueries }) => licenseQueries.findByKey(aKey(), aFingerprint()),
  licenses: ({ licenseQueries }) => licenseQueries.list({ at: NEW_YEAR, limit: 10 }),
  activation: ({ unitOfWork }) => unitOfWork.run(({ activations }) => activations.find(aLicense().id, aFingerprint())),
  activations: ({ licenseQueries }) => licenseQueries.listActivations({ licenseId: aLicense().id, limit: 10 }),
  token: ({ apiTokenQueries }) => apiTokenQueries.get(aToken().id),
  'token by secret': ({ apiTokenQueries }) => apiTokenQueries.findByHash(aSecretHash()),
  'signing key': ({ signingKeyQueries }) => signingKeyQueries.findActive(),
};

/** A damaged column, and the reads that must report it. Queued emails have a test of their own: they are read together. */
const damages: [damage: string, ...noticedBy: string[]][] = [
  ["update users set email = 'missing'", 'user', 'user by address', 'token', 'token by secret'],
  ["update users set name = 'two' || char(10) || 'lines'", 'user', 'user by address'],
  ['update users set age = 500', 'user'],
  ["update users set password_hash = 'secret in plain text'", 'user', 'user by address'],
  ["update users set created_at = 'long ago'", 'user'],
  ["update users set banned_at = '2026-01-01T00:00:00.000Z', ban_reason = ''", 'user', 'user by address', 'users'],
  ["update users set pending_email = 'missing'", 'user', 'user by address'],
  ["update users set email_confirmed_at = 'long ago'", 'user', 'user by address'],
  ["update users set role = 'king'", 'user', 'user by address', 'token', 'token by secret'],
  ["update sessions set user_role = 'king'", 'session by token'],
  ["update sessions set created_at = 'long ago'", 'session', 'session by token', 'sessions'],
  ["update sessions set last_seen_at = '1999-12-31T23:59:59.999Z'", 'session', 'session by token', 'sessions'],
  ["update sessions set id = 'phone'", 'session by token', 'sessions'],
  ["update sessions set token_hash = 'short'", 'session', 'sessions'],
  ["update password_resets set expires_at = 'later'", 'reset'],
  // A text behind any moment is the end of a clock that was ahead, and is not believed.
  ["update attempts set resets_at = '2026-01-01T00:00:30 later'", 'attempt'],
  ["update pair_checks set organisations = '{'", 'history'],
  ["update pair_checks set organisations = '[]'", 'history'],
  [`update pair_checks set missing = '["money"]'`, 'history'],
  ["update pair_checks set checked_at = 'some day'", 'history'],
  ["update licenses set status = 'lost'", 'license', 'license by key', 'licenses'],
  ["update licenses set metadata = '{'", 'license', 'license by key', 'licenses'],
  ["update licenses set entitlements = '[1'", 'license', 'license by key', 'licenses'],
  ["update licenses set expires_at = 'later'", 'license'],
  ['update licenses set activations = -1', 'license'],
  ["update licenses set product = 'two' || char(10) || 'lines'", 'license'],
  ["update license_activations set activated_at = 'long ago'", 'activation', 'activations'],
  ["update license_activations set name = ''", 'activation', 'activations'],
  ['update api_tokens set scopes = \'["everything"]\'', 'token', 'token by secret'],
  ["update api_tokens set products = '[1]'", 'token', 'token by secret'],
  ['update api_tokens set networks = \'["10.0.0.0"]\'', 'token', 'token by secret'],
  ["update api_tokens set token_hash = 'short'", 'token'],
  ["update api_tokens set expires_at = 'later'", 'token', 'token by secret'],
  ["update signing_keys set public_key = '{}'", 'signing key'],
  ["update signing_keys set created_at = 'long ago'", 'signing key'],
];

describe('A damaged row', () => {
  for (const [damage, ...noticedBy] of damages) {
    it(`is our fault, not the caller's: ${damage}`, async () => {
      await using folder = await aFolder();
      const path = join(folder.path, 'guildhall.db');
      const db = openSqliteStore(path);
      await migrateToLatest(db, migrations);
      await using stores = overDatabase(db);
      await fill(stores);

      const vandal = new Database(path);
      assert.equal(vandal.prepare(damage).run().changes, 1);
      vandal.close();
      await mustNotice(stores, noticedBy);
    });
  }
});

describe('A row damaged on Postgres', () => {
  for (const [damage, ...noticedBy] of damages) {
    it(`is our fault, or the database does not let it be damaged: ${damage}`, async () => {
      await using database = await aPostgresDatabase();
      const db = openPostgresStore(postgresAddressFrom(database.url), { size: 2 });
      await using stores = overDatabase(db);
      await fill(stores);
      const vandalism = sql.raw(damage.replace('char(', 'chr(')).execute(db);
      // Moments and JSON have types there, which hold nothing else.
      if (IMPOSSIBLE.test(damage)) await assert.rejects(vandalism, { code: /^22(?:007|P02)$/ });
      else {
        assert.equal((await vandalism).numAffectedRows, 1n);
        await mustNotice(stores, noticedBy);
      }
    });
  }
});

const IMPOSSIBLE = /_at = '(?:long ago|[^']*later|some day)'|set (?:id|organisations) = '(?:phone|\{)'/;

const fill = async (stores: OpenStores): Promise<void> => {
  await stores.unitOfWork.run(async ({ users, sessions, passwordResets, attempts, ...rest }) => {
    await users.save(aUser());
    await sessions.add(aSession());
    await passwordResets.put(aPasswordReset());
    await attempts.count([ATTEMPT], NEW_YEAR);
    await rest.pairHistory.add(aPairCheck());
    await rest.licenses.save(aLicense());
    await rest.activations.put(aSeat);
    await rest.apiTokens.save(aToken());
    await rest.signingKeys.add(aSigningKey());
  });
  for (const [name, ask] of Object.entries(questions)) await assert.doesNotReject(tryOut(stores, ask), name);
};

const mustNotice = async (stores: OpenStores, noticedBy: readonly string[]): Promise<void> => {
  for (const name of noticedBy) {
    const ask = questions[name] as (stores: OpenStores) => Promise<unknown>;
    await assert.rejects(ask(stores), { name: 'BrokenInvariant', message: /^Cannot read back / }, name);
  }
};

/** Asks without leaving a trace, for taking and counting change the row. */
const tryOut = async (stores: OpenStores, ask: (stores: OpenStores) => Promise<unknown>): Promise<void> => {
  const backOut = new Error('only trying');
  const unitOfWork: OpenStores['unitOfWork'] = {
    run: (work) =>
      stores.unitOfWork.run(async (inside) => {
        await work(inside);
        throw backOut;
      }),
  };
  await ask({ ...stores, unitOfWork }).catch((error) => {
    if (error !== backOut) throw error;
  });
};
