import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { migrations } from '../../../../migrations/migrations.ts';
import { aFolder } from '../../../../test/contracts/open-stores.ts';
import { aSession } from '../../../../test/mothers/session-mother.ts';
import { aUser } from '../../../../test/mothers/user-mother.ts';
import { KyselySessionDirectory } from './kysely-session-directory.ts';
import { migrateToLatest } from './migrate.ts';
import { openSqliteStore } from './open-store.ts';
import type { Schema } from './schema.ts';
import { SqliteUnitOfWork } from './sqlite-unit-of-work.ts';

const { id, tokenHash } = aSession().toSnapshot();

/** A store as one process has it, and the same file as another process has it. */
const openTwice = async () => {
  const folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  const ours = openSqliteStore(path);
  await migrateToLatest(ours, migrations);
  const theirs = openSqliteStore(path);
  await new SqliteUnitOfWork(ours).run(async ({ users, sessions }) => {
    await users.save(aUser());
    await sessions.add(aSession());
  });
  const directory = new KyselySessionDirectory(ours);
  // The first time it is asked in another way.
  await directory.findByToken(tokenHash);
  await nextTurn();
  return {
    ours,
    theirs,
    isFound: async () => (await directory.findByToken(tokenHash)) !== undefined,
    async [Symbol.asyncDispose]() {
      await Promise.all([ours.destroy(), theirs.destroy()]);
      await folder.remove();
    },
  };
};

/** Within this very turn. */
const endSession = (db: Kysely<Schema>) => db.deleteFrom('sessions').where('id', '=', id).execute();

describe('The questions of one turn', () => {
  it('are answered from one state of the store, and the next turn from what others have written meanwhile', async () => {
    await using store = await openTwice();
    const seen = [await store.isFound(), await store.isFound()];
    await endSession(store.theirs);
    seen.push(await store.isFound());
    await nextTurn();
    seen.push(await store.isFound());
    assert.deepEqual(seen, [true, true, true, false]);
  });

  it('see what this process has written since the last of them', async () => {
    await using store = await openTwice();
    const seen = [await store.isFound(), await store.isFound()];
    await endSession(store.ours);
    seen.push(await store.isFound());
    assert.deepEqual(seen, [true, true, false]);
  });

  it('see what a unit of work has written', async () => {
    await using store = await openTwice();
    const seen: boolean[] = [];
    await new SqliteUnitOfWork(store.ours).run(async ({ sessions }) => {
      await sessions.remove({ id });
      seen.push(await store.isFound(), await store.isFound());
    });
    seen.push(await store.isFound());
    assert.deepEqual(seen, [true, true, false]);
  });

  it('do not keep a store from being closed', async () => {
    await using store = await openTwice();
    await Promise.all([store.isFound(), store.isFound(), store.isFound()]);
    await store.ours.destroy();
    await nextTurn();
  });
});
