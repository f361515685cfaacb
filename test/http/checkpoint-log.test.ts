import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import workers from 'node:worker_threads';
import Database from 'better-sqlite3';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { anId } from '../builders/ids.ts';
import { aUser } from '../builders/user-builder.ts';
import { startTestApp } from './test-app.ts';

describe('the log of a service', () => {
  it('reports once that checkpoints of its store fail', async (test) => {
    test.mock.method(workers, 'Worker', function startsNot() {
      throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    });
    let now = 1;
    test.mock.method(performance, 'now', () => now);
    const lines: string[] = [];
    await using app = await startTestApp({ LOG_LEVEL: 'warn', LOG_FORMAT: 'json' }, undefined, {
      logSink: { write: (line: string) => lines.push(line) },
    });
    const another = new Database(app.databaseFile);
    another.pragma('wal_autocheckpoint = 0');
    another.exec('create table pages (content blob)');
    const pages = JSON.stringify(Array.from({ length: 1_500 }, () => 0));
    another.prepare('insert into pages select zeroblob(4000) from json_each(?)').run(pages);
    another.close();
    for (let nth = 0; nth < 300; nth += 100) {
      now += 120_000;
      await app.container.resolve(Ports.unitOfWork).run(async ({ users }) => {
        for (let n = nth; n < nth + 100; n += 1)
          await users.save(aUser({ id: anId(n), email: `user${n}@example.com` }));
      });
    }
    const [warning, ...more] = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg.includes('checkpoint'));
    assert.deepEqual(more, []);
    assert.deepEqual(
      [warning.level, warning.msg, warning.err.code],
      ['warn', 'failed to checkpoint the store; its write-ahead log grows', 'EMFILE'],
    );
    assert.ok(!JSON.stringify(warning).includes(app.folder));
  });
});
