import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anEmptyPostgresDatabase } from '../postgres/shared-postgres.ts';
import { ADMIN_KEY, Workplace } from './guildhall-process.ts';
import { newSqliteFile } from './sqlite-database.ts';

/** Ends the process by kill -9 after the commit, when the first 201 is about to be sent. */
const KILLED_BEFORE_RESPONSE = `data:text/javascript,${encodeURIComponent(`
  import { ServerResponse } from 'node:http';
  const { writeHead } = ServerResponse.prototype;
  ServerResponse.prototype.writeHead = function (status, ...rest) {
    if (status === 201) process.kill(process.pid, 'SIGKILL');
    return writeHead.call(this, status, ...rest);
  };
`)}`;

for (const [store, newDatabase] of [
  ['SQLite', newSqliteFile],
  ['Postgres', anEmptyPostgresDatabase],
] as const) {
  describe(`A service on ${store} that is killed between the write and the response`, { timeout: 600_000 }, () => {
    it('replays the response to a retry with the same key, and nothing happens twice', async () => {
      await using database = await newDatabase();
      await using workplace = new Workplace();
      const settings = { DATABASE_URL: database.url, ADMIN_API_KEY: ADMIN_KEY, SAMPLE_USERS: 'off' };
      const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };
      const ask = (address: string, path: string, key: string, body: object) =>
        fetch(`${address}${path}`, {
          method: 'POST',
          headers: { ...headers, 'idempotency-key': key },
          body: JSON.stringify(body),
        });
      const crashThenRetry = async (path: string, key: string, body: object) => {
        const victim = workplace.serve({ settings, preload: KILLED_BEFORE_RESPONSE });
        await assert.rejects(ask(await victim.address(), path, key, body));
        assert.equal((await victim.end()).signal, 'SIGKILL');
        const service = workplace.serve({ settings });
        const address = await service.address();
        const response = await ask(address, path, key, body);
        assert.deepEqual([response.status, response.headers.get('idempotency-replayed')], [201, 'true']);
        const answer = (await response.json()) as { id: string };
        const listed = (await (await fetch(`${address}${path}`, { headers })).json()) as { id: string }[];
        assert.deepEqual(
          listed.map(({ id }) => id),
          [answer.id],
        );
        service.signal('SIGTERM');
        await service.end();
        return answer.id;
      };
      const id = await crashThenRetry('/users', 'create', { email: 'ada@example.com' });
      await crashThenRetry(`/users/${id}/licenses`, 'issue', { product: 'editor' });
    });
  });
}
