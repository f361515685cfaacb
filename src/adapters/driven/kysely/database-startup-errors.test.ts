import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Client } from 'pg';
import { anEmptyPostgresDatabase } from '../../../../test/postgres/shared-postgres.ts';
import { readConfig } from '../../../composition/config/config.ts';
import { startupError } from '../../../composition/runtime/startup-messages.ts';
import { openStores } from '../../../composition/wiring/open.ts';

/** The message for an operator who starts us with this URL. */
const messageFor = async (url: string): Promise<string> => {
  const config = readConfig({ DATABASE_URL: url });
  const stores = await openStores(config.store);
  try {
    await stores.migrate();
    return 'nothing';
  } catch (error) {
    return startupError(error, config);
  } finally {
    await stores.close();
  }
};

describe('Why a Postgres cannot be used', () => {
  it('is reported in a sentence that names the place and no secret', async () => {
    await using database = await anEmptyPostgresDatabase();
    const { host, pathname } = new URL(database.url);
    await using superuser = await asSuperuser(database.url);
    await superuser.query("create role guarded_ada login password 'geheim'").catch(() => {});
    await superuser.query('create role outsider login').catch(() => {});
    const FAULTS: [url: string, sentence: string][] = [
      [
        `postgres://guarded_ada:falsch@${host}${pathname}`,
        `${host}${pathname} cannot be used: the user or password is wrong, or the URL has no password (28P01).`,
      ],
      [
        `postgres://guarded_ada@${host}${pathname}`,
        `${host}${pathname} cannot be used: the user or password is wrong, or the URL has no password (28P01).`,
      ],
      [
        `postgres://guildhall@${host}/nowhere`,
        `${host}/nowhere cannot be used: there is no database of that name (3D000).`,
      ],
      [
        `postgres://outsider@${host}${pathname}`,
        `${host}${pathname} cannot be used: the user lacks the permission; it must own the database (42501).`,
      ],
      [
        'postgres://ada:geheim@127.0.0.1:1/guildhall',
        '127.0.0.1:1/guildhall cannot be used: connection refused (ECONNREFUSED).',
      ],
      [
        `postgres://guildhall:geheim@${host}${pathname}?sslmode=require`,
        `${host}${pathname} cannot be used: it does not support TLS, or its certificate is not trusted.`,
      ],
    ];
    for (const [url, sentence] of FAULTS) assert.equal(await messageFor(url), `The database ${sentence}`);
    assert.equal(await messageFor(`postgres://guildhall@${host}${pathname}`), 'nothing');
  });
});

const asSuperuser = async (url: string) => {
  const client = new Client({ connectionString: url.replace('guildhall@', 'postgres@') });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
};
