import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { LicenseId } from '../../src/domain/license/license-id.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import type { Stores } from '../../src/ports/unit-of-work.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aFingerprint, aKey, aLicense } from '../builders/license-builder.ts';
import { allSessionsOf, aSession } from '../builders/session-builder.ts';
import { join } from '../http/people.ts';
import { mustBeProblem } from '../http/problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from '../http/test-app.ts';
import { connected } from './connected.ts';
import { aPostgresDatabase } from './shared-postgres.ts';

const asRoot = { bearer: ADMIN_KEY };

const start = async () => {
  const database = await aPostgresDatabase();
  const app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY, DATABASE_URL: database.url });
  const ada = await join(app);
  const watcher = await connected(database.url);
  return {
    ...app,
    ada: { ...ada, id: UserId.parse(ada.id) },
    /** Holds the locks of `first` until another connection waits for them, and goes on with `then`. */
    async holding<T>(first: (stores: Stores) => Promise<T>, meanwhile: () => Promise<unknown>, then: Then<T>) {
      const locked = Promise.withResolvers<void>();
      const unit = app.container.resolve(Ports.unitOfWork).run(async (stores) => {
        const found = await first(stores);
        locked.resolve();
        while (!(await hasWaiter(watcher))) await new Promise(setImmediate);
        await then(stores, found);
      });
      await locked.promise;
      const [answer] = await Promise.all([meanwhile(), unit]);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await watcher.end();
      await app[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};

type Then<T> = (stores: Stores, found: T) => Promise<unknown>;

const hasWaiter = async (client: Awaited<ReturnType<typeof connected>>): Promise<boolean> => {
  const waiting =
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and state = 'active'";
  return (await client.query(waiting)).rows.length > 0;
};

const ban = (app: Pick<TestApp, 'call'>, id: string) => app.call('POST', `/users/${id}/ban`, asRoot);

const licensesOf = async (app: Pick<TestApp, 'call'>, id: string) =>
  (await app.call('GET', `/users/${id}/licenses?limit=100`, asRoot)).json() as {
    owner_banned: boolean;
    activations: number;
  }[];

describe('A ban on Postgres', () => {
  it('waits for a license that is being issued, and marks it', async () => {
    await using app = await start();
    const answer = await app.holding(
      ({ users }) => users.get(app.ada.id),
      () => ban(app, app.ada.id),
      ({ licenses }) => licenses.save(aLicense({ userId: app.ada.id })),
    );
    assert.equal((answer as { status: number }).status, 200);
    assert.deepEqual(
      (await licensesOf(app, app.ada.id)).map((license) => license.owner_banned),
      [true],
    );
  });

  it('lets a license wait that is issued beside it, and rejects it', async () => {
    await using app = await start();
    const answer = await app.holding(
      async ({ users }) => users.save((await users.get(app.ada.id)).ban(null, NEW_YEAR)),
      () => app.call('POST', `/users/${app.ada.id}/licenses`, { ...asRoot, json: {} }),
      async () => {},
    );
    mustBeProblem(answer as Parameters<typeof mustBeProblem>[0], 409, 'user.state');
    assert.deepEqual(await licensesOf(app, app.ada.id), []);
  });

  it('waits for an activation in progress, and keeps it', async () => {
    await using app = await start();
    const license = aLicense({ userId: app.ada.id });
    await app.container.resolve(Ports.unitOfWork).run(({ licenses }) => licenses.save(license));
    await app.holding(
      ({ licenses }) => licenses.lock(license.id),
      () => ban(app, app.ada.id),
      async ({ licenses, activations }, locked) => {
        await licenses.save(locked.takeSeat(NEW_YEAR));
        const seat = { licenseId: license.id, fingerprint: aFingerprint(), name: null, activatedAt: NEW_YEAR };
        await activations.put(seat);
      },
    );
    const [found] = await licensesOf(app, app.ada.id);
    assert.deepEqual([found?.owner_banned, found?.activations], [true, 1]);
  });

  it('ends the session of a log-in in progress', async () => {
    await using app = await start();
    await app.holding(
      ({ users }) => users.get(app.ada.id),
      () => ban(app, app.ada.id),
      ({ sessions }) => sessions.add(aSession({ userId: app.ada.id })),
    );
    const left = await app.container.resolve(Ports.sessionQueries).list(allSessionsOf(app.ada.id));
    assert.deepEqual(left, []);
  });

  it('leaves no license that differs from its owner, under concurrent changes', async () => {
    await using app = await start();
    const unitOfWork = app.container.resolve(Ports.unitOfWork);
    await unitOfWork.run(async ({ licenses }) => {
      for (let n = 0; n < 20; n += 1) {
        await licenses.save(aLicense({ id: anId(0x3001 + n), key: aKey(n), userId: app.ada.id }));
      }
    });
    for (const last of ['ban', 'unban']) {
      const answers = await Promise.all([
        ...Array.from({ length: 12 }, (_, n) => [
          app.call('POST', `/users/${app.ada.id}/licenses`, { ...asRoot, json: {} }),
          app.call('PUT', `/licenses/${LicenseId.parse(anId(0x3001 + n))}/activations/m-${last}`, asRoot),
          app.call('PATCH', `/licenses/${anId(0x3001 + n)}`, { ...asRoot, json: { grace_days: n } }),
        ]).flat(),
        ...['ban', 'unban', 'ban', last].map((action) => app.call('POST', `/users/${app.ada.id}/${action}`, asRoot)),
        unitOfWork.run(({ licenses }) =>
          licenses.touchLastValidated(
            new Map([[NEW_YEAR, Array.from({ length: 20 }, (_, n) => LicenseId.parse(anId(0x3001 + n)))]]),
          ),
        ),
      ]);
      for (const answer of answers) {
        if (answer !== undefined) assert.ok([200, 201, 409].includes(answer.status), answer.body);
      }
      const { status } = (await app.call('GET', `/users/${app.ada.id}`, asRoot)).json();
      const licenses = await licensesOf(app, app.ada.id);
      assert.ok(licenses.length >= 20);
      assert.deepEqual(new Set(licenses.map((license) => license.owner_banned)), new Set([status === 'banned']));
    }
  });
});
