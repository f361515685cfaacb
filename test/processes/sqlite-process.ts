import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { migrations } from '../../migrations/migrations.ts';
import { KyselyUnitOfWork } from '../../src/adapters/driven/kysely/kysely-unit-of-work.ts';
import { migrateToLatest } from '../../src/adapters/driven/kysely/maintenance/migrate.ts';
import { openSqliteStore } from '../../src/adapters/driven/kysely/sqlite/open-sqlite-store.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aUser } from '../builders/user-builder.ts';

/*
 * Another instance on the same file, as a process of its own: `migrate <file>`, or `register <file> <first> <count>`,
 * which lets in users with the numbers from <first> on. It says `ready`, waits for a line, works, and says the number
 * of each user only after the store has acknowledged it.
 */
const [task, path = '', first = '1', count = '0'] = process.argv.slice(2);

const say = (line: string): void => {
  // Not process.stdout: what was acknowledged must have been said, even by a process that is killed the next moment.
  writeSync(1, `${line}\n`);
};

const register = async (unitOfWork: KyselyUnitOfWork, n: number): Promise<void> => {
  const user = aUser({ id: anId(n), email: `user${n}@example.com` });
  await unitOfWork.run(async ({ users, attempts, outbox }) => {
    // Looks before it writes: what a plain `begin` cannot do while others write.
    if (await users.isEmpty()) await attempts.clear(['registrations']);
    await users.save(user);
    await attempts.count([{ key: 'registrations', windowMs: 86_400_000 }], NEW_YEAR);
    await outbox.add(anId(n), { kind: 'welcome', to: user.email }, NEW_YEAR);
  });
};

say('ready');
await once(process.stdin, 'data');
process.stdin.destroy();
const db = openSqliteStore(path);
if (task === 'migrate') say((await migrateToLatest(db, migrations)).join(' '));
if (task === 'register') {
  const unitOfWork = new KyselyUnitOfWork(db);
  for (let n = Number(first); n < Number(first) + Number(count); n += 1) {
    await register(unitOfWork, n);
    say(String(n));
  }
}
await db.destroy();
