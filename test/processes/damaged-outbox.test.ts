import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { ADA, ADMIN_KEY, json, Workplace } from './guildhall-process.ts';

const TOKEN = 'geheim-geheim-geheim';
const ID = '01a1fe90-0000-7000-8000-000000000001';

describe('a queued email that cannot be read', { timeout: 600_000 }, () => {
  it('is logged by its id, counted and kept, and delays no other', async () => {
    await using workplace = new Workplace();
    const settings = { ADMIN_API_KEY: ADMIN_KEY, SAMPLE_USERS: 'off', LOG_FORMAT: 'json' };
    assert.equal((await workplace.cli(['migrate'], { settings }).end()).code, 0);
    const store = new Database(join(workplace.folder, 'data/guildhall.db'), { fileMustExist: true });
    const promise = store.prepare('insert into outbox values (?, ?, ?, ?, 0, null)');
    const longAgo = '2026-01-01T00:00:00.000Z';
    promise.run(ID, `{"kind":"password-reset","token":"${TOKEN}`, longAgo, longAgo);

    const service = workplace.serve({ settings });
    const address = await service.address();
    assert.equal((await fetch(`${address}/register`, json(ADA))).status, 201);
    const line = JSON.parse((await service.says(/^.*failed to read queued emails; set aside.*$/m))[0]);
    assert.deepEqual([line.level, line.emails], ['error', [ID]]);
    await service.says(/ada@example[.]com/);
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const metrics = await (await fetch(`${address}/metrics`, { headers })).text();
    assert.match(metrics, /^emails_total\{result="postponed"\} 1$/m);
    service.signal('SIGTERM');
    const { out, err } = await service.end();
    assert.doesNotMatch(out + err, new RegExp(TOKEN));
    assert.deepEqual(store.prepare('select id, attempts from outbox').all(), [{ id: ID, attempts: 1 }]);
    store.close();
  });
});
