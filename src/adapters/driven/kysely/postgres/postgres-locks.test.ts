import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Kysely } from 'kysely';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aFingerprint, aKey, aLicense } from '../../../../../test/builders/license-builder.ts';
import { aPasswordReset } from '../../../../../test/builders/password-reset-builder.ts';
import { aSession } from '../../../../../test/builders/session-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { aPostgresDatabase } from '../../../../../test/postgres/shared-postgres.ts';
import type { License } from '../../../../domain/license/license.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { Email } from '../../../../domain/user/email.ts';
import type { Stores } from '../../../../ports/unit-of-work.ts';
import { KyselyUnitOfWork } from '../kysely-unit-of-work.ts';
import type { Schema } from '../schema.ts';
import { GuildhallPostgresDialect } from './postgres-dialect.ts';
import { postgresAddressFrom } from './postgres-url.ts';

const ada = Email.canonicalize('ada@example.com');
const KEYS = ['door-a', 'door-b', 'door-c', 'door-d'];
const LICENSES = Array.from({ length: 40 }, (_, n) => aLicense({ id: anId(n + 100), key: aKey(n) }));

/** What goes on at one account at the same time, each with its rows in the order that suits it. */
const WORKS: Record<string, (stores: Stores, n: number) => Promise<unknown>> = {
  'a log-in is counted': ({ attempts }, n) =>
    attempts.count(
      turned(KEYS, n).map((key) => ({ key, windowMs: 60_000 })),
      NEW_YEAR,
    ),
  'a log-in succeeds': async ({ users, attempts, sessions }, n) => {
    await users.findByEmail(ada);
    await attempts.clear(turned(KEYS.slice(0, 3), n));
    await attempts.refund(KEYS.slice(3));
    await sessions.add(aSession({ id: anId(n + 1_000), tokenHash: n.toString(16).padStart(64, '0') }));
  },
  'attempts are given back': ({ attempts }, n) => attempts.refund(turned(KEYS, n).toReversed()),
  'a reset is asked for': async ({ users, passwordResets }, n) => {
    await users.findByEmail(ada);
    await passwordResets.put(aPasswordReset({ tokenHash: n.toString(16).padStart(64, 'f') }));
  },
  'a reset is used': async ({ users, passwordResets, sessions }) => {
    const user = await users.findByEmail(ada);
    await passwordResets.take(aPasswordReset().toSnapshot().tokenHash);
    if (user !== undefined) await users.save(user);
    await sessions.removeAllOf(aUser().id);
  },
  'validations of two seconds are written down': ({ licenses }, n) =>
    licenses.touchLastValidated(new Map(halves(n).map((half, at) => [secondOf(n + at), half.map(({ id }) => id)]))),
  'machines of two seconds are written down': ({ activations }, n) =>
    activations.touchLastSeen(new Map(halves(n).map((half, at) => [secondOf(n + at), half.map(seatOf)]))),
  'a license is changed': async ({ licenses }, n) => {
    const { id } = LICENSES[n % LICENSES.length] as (typeof LICENSES)[0];
    const license = await licenses.lock(id);
    await licenses.save(license.toSnapshot().status === 'suspended' ? license.reinstate() : license.suspend());
  },
  'what has ended is purged': ({ retention }) =>
    retention.purge({
      at: NEW_YEAR,
      sessionsBegunBefore: NEW_YEAR,
      sessionsSeenBefore: NEW_YEAR,
      staffSessionsSeenBefore: NEW_YEAR,
      tokensExpiredBefore: NEW_YEAR,
    }),
};

const turned = (keys: readonly string[], n: number): string[] => [
  ...keys.slice(n % keys.length),
  ...keys.slice(0, n % keys.length),
];

/** Of the licenses, in another order each time. */
const halves = (n: number): License[][] => {
  const half = (rest: number) => LICENSES.filter((_, at) => (at + n) % 2 === rest);
  return n % 3 === 0 ? [half(0).toReversed(), half(1)] : [half(0), half(1)];
};

const secondOf = (n: number): Instant => Instant.plusMs(NEW_YEAR, n * 1_000);

const seatOf = ({ id }: License) => ({ licenseId: id, fingerprint: aFingerprint() });

describe('Units of work on Postgres that meet', () => {
  it('ASVS 15.4.1: take their locks in one order, so that no two wait for each other', {
    timeout: 600_000,
  }, async () => {
    await using database = await aPostgresDatabase();
    const refused: string[] = [];
    const db = new Kysely<Schema>({
      dialect: new GuildhallPostgresDialect(postgresAddressFrom(database.url), { size: 12 }),
      log: (event) => {
        if (event.level === 'error') refused.push(`${(event.error as { code?: string }).code} ${event.query.sql}`);
      },
    });
    await using _ = { [Symbol.asyncDispose]: () => db.destroy() };
    const unitOfWork = new KyselyUnitOfWork(db, { timeoutMs: 30_000 });
    await unitOfWork.run(async ({ users, licenses, activations }) => {
      await users.save(aUser());
      for (const license of LICENSES) {
        await licenses.save(license);
        await activations.put({ ...seatOf(license), name: null, activatedAt: NEW_YEAR });
      }
    });
    for (let round = 0; round < 15; round += 1) {
      const units = Object.values(WORKS).flatMap((work, w) =>
        Array.from({ length: 3 }, (_, n) => unitOfWork.run((stores) => work(stores, round * 100 + w * 10 + n))),
      );
      await Promise.all(units);
    }
    assert.deepEqual(refused, []);
  });
});

describe('A repeated request on Postgres', () => {
  it('waits at most 3 s for the first one', { timeout: 600_000 }, async () => {
    await using database = await aPostgresDatabase();
    const dialect = new GuildhallPostgresDialect(postgresAddressFrom(database.url), { size: 12 });
    const db = new Kysely<Schema>({ dialect });
    await using _ = { [Symbol.asyncDispose]: () => db.destroy() };
    const unitOfWork = new KyselyUnitOfWork(db, { timeoutMs: 60_000 });
    const record = { key: 'k', fingerprint: 'f', at: NEW_YEAR, expiresAt: Instant.plusMs(NEW_YEAR, 1) };
    await unitOfWork.run(async ({ idempotency }) => {
      await idempotency.begin(record);
      const repetition = unitOfWork.run((stores) => stores.idempotency.begin(record));
      await assert.rejects(repetition, { code: 'idempotency.in-flight' });
    });
  });
});
