import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { anEmptyPostgresDatabase } from '../postgres/shared-postgres.ts';
import { Workplace } from './guildhall-process.ts';

/** Lets us in, and lets us make no table: there is no schema to put one in. */
const barrenUrl = (url: string): string => `${url}&options=-c%20search_path%3Dnowhere`;

const FAULT = /cannot be used: there is no schema to create tables in; check search_path \(3F000\)[.]\n$/;

describe('a Postgres that allows no new tables', { timeout: 600_000 }, () => {
  it('ends a start with 1 and one sentence', async () => {
    await using database = await anEmptyPostgresDatabase();
    await using workplace = new Workplace();
    const { code, err } = await workplace.serve({ settings: { DATABASE_URL: barrenUrl(database.url) } }).end();
    assert.equal(code, 1);
    assert.match(err, FAULT);
  });

  it('ends a copy with 2 and one sentence, which names the store of the two', async () => {
    await using database = await anEmptyPostgresDatabase();
    await using workplace = new Workplace();
    const DATABASE_URL = `file:${join(workplace.folder, 'guildhall.db')}`;
    assert.equal((await workplace.cli(['migrate'], { settings: { DATABASE_URL } }).end()).code, 0);
    const args = ['copy', '--from', DATABASE_URL, '--to', barrenUrl(database.url)];
    const { code, err } = await workplace.cli(args).end();
    assert.equal(code, 2);
    assert.match(err, FAULT);
    assert.match(err, /^--to: [^\n]*\n$/);
  });
});

describe('guildhall copy', { timeout: 600_000 }, () => {
  it('ends with 2 where there is no such database, and with 5 where no server answers', async () => {
    await using database = await anEmptyPostgresDatabase();
    await using workplace = new Workplace();
    const copyTo = async (url: string) => {
      const { code, err } = await workplace.cli(['copy', '--from', database.url, '--to', url]).end();
      return [code, err];
    };
    const { host } = new URL(database.url);
    const nowhere = `--to: The database ${host}/nowhere cannot be used: there is no database of that name (3D000).\n`;
    assert.deepEqual(await copyTo(`postgres://guildhall@${host}/nowhere`), [2, nowhere]);
    const away = '--to: The database 127.0.0.1:9/away cannot be used: connection refused (ECONNREFUSED).\n';
    assert.deepEqual(await copyTo('postgres://guildhall@127.0.0.1:9/away'), [5, away]);
  });

  it('takes no empty address for the default store', async () => {
    await using workplace = new Workplace();
    const { code, err } = await workplace.cli(['copy', '--from', 'file:a.db', '--to', '']).end();
    assert.deepEqual([code, err], [2, '--to is empty; name a file or a database.\n']);
  });
});
