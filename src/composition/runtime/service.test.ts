import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { aFolder } from '../../../test/contracts/open-stores.ts';
import { readConfig } from '../config/config.ts';
import { startService } from './service.ts';

const ADA = { email: 'ada@example.com', password: 'correct horse battery', age: 36, name: 'Ada' };

describe('A service that closes while an email is being sent', () => {
  it('stores what it has buffered at once, and closes the store when the time is up', {
    timeout: 120_000,
  }, async () => {
    await using folder = await aFolder();
    const file = join(folder.path, 'guildhall.db');
    const sending = Promise.withResolvers<void>();
    const sent = Promise.withResolvers<void>();
    const timeIsUp = Promise.withResolvers<void>();
    const mailer = {
      async send() {
        sending.resolve();
        await sent.promise;
      },
      close() {},
    };
    const settings = { PORT: '0', SAMPLE_USERS: 'off', LOG_LEVEL: 'silent', DATABASE_URL: `file:${file}` };
    const service = await startService(readConfig(settings), { mailer });
    await service.listen();
    const post = async (url: string, payload: object) =>
      (await service.app.inject({ method: 'POST', url, payload })).json();
    const { id } = await post('/register', ADA);
    const { license_key } = await post(`/users/${id}/licenses`, {});
    await sending.promise;

    const database = new Database(file, { readonly: true });
    const lastValidation = () => database.prepare('select last_validated_at from licenses').pluck().get();
    assert.equal((await post('/licenses/validate', { license_key })).valid, true);
    const closed = service.close(timeIsUp.promise);
    while (lastValidation() === null) await sleep(10);
    database.close();
    timeIsUp.resolve();
    await closed;
    assert.equal(existsSync(`${file}-wal`), false);
    sent.resolve();
  });
});
