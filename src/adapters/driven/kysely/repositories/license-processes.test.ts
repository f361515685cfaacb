import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { migrations } from '../../../../../migrations/migrations.ts';
import { aLicense } from '../../../../../test/builders/license-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { aFolder, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';

const PROGRAM = join(import.meta.dirname, '../../../../../test/processes/activating-process.ts');

/** A process that is ready and waits for the others. */
const start = async (path: string) => {
  const child = spawn(process.execPath, [PROGRAM, path, '30', '100']);
  const complaint = text(child.stderr);
  const lines: string[] = [];
  const said = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  await Promise.race([once(said, 'line'), once(child, 'close')]);
  const end = once(child, 'close').then(async ([code]) => ({ code, complaint: await complaint }));
  return { go: () => child.stdin.write('go\n'), end, answers: () => lines.slice(1) };
};

describe('Several instances on one SQLite file', () => {
  it('ASVS 2.3.4: give out as many seats as there are, any client that asks', { timeout: 600_000 }, async () => {
    await using folder = await aFolder();
    const path = join(folder.path, 'guildhall.db');
    const db = openSqliteStore(path);
    await migrateToLatest(db, migrations);
    await using stores = overDatabase(db);
    const license = aLicense({ maxActivations: 5 });
    await stores.unitOfWork.run(async ({ users, licenses }) => {
      await users.save(aUser());
      await licenses.save(license);
    });

    const instances = await Promise.all([start(path), start(path), start(path)]);
    for (const { go } of instances) go();
    for (const { end } of instances) assert.deepEqual(await end, { code: 0, complaint: '' });

    const answers = instances.flatMap((instance) => instance.answers());
    assert.equal(answers.length, 300);
    assert.equal(answers.filter((answer) => answer === 'new').length, 5);
    assert.deepEqual(new Set(answers), new Set(['new', 'again', 'license.activation-limit']));
    const seated = await stores.licenseQueries.listActivations({ licenseId: license.id, limit: 100 });
    assert.equal(seated.length, 5);
    assert.equal((await stores.licenseQueries.get(license.id)).activations, 5);
  });
});
