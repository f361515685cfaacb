import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { Workplace } from './guildhall-process.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('the command line', { timeout: 600_000 }, () => {
  it('runs by its path from another folder, and by a link', async () => {
    await using workplace = new Workplace();
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    symlinkSync(join(ROOT, 'bin/guildhall'), join(workplace.folder, 'linked'));
    for (const path of [join(ROOT, 'bin/guildhall'), './linked']) {
      const { stdout } = await promisify(execFile)(path, ['--version'], { cwd: workplace.folder });
      assert.equal(stdout, `${version}\n`);
    }
  });

  it('runs by npx in a checkout', async () => {
    const { stdout } = await promisify(execFile)('npx', ['--no-install', 'guildhall', '--help'], { cwd: ROOT });
    assert.match(stdout, /^Usage: guildhall /);
  });
});

describe('a command', { timeout: 600_000 }, () => {
  it('finds the store by the .env that the service reads, and believes the environment more', async () => {
    await using workplace = new Workplace();
    writeFileSync(join(workplace.folder, '.env'), 'DATABASE_URL=file:by-file.db\n');
    const { code, out } = await workplace.cli(['migrate']).end();
    assert.equal(code, 0);
    assert.match(out, /^Done: 0001-/);
    assert.equal((await workplace.cli(['migrate']).end()).out, 'The store is up to date.\n');
    await workplace.cli(['migrate'], { settings: { DATABASE_URL: 'file:by-environment.db' } }).end();
    const made = ['by-file.db', 'by-environment.db', 'data'].map((name) => existsSync(join(workplace.folder, name)));
    assert.deepEqual(made, [true, true, false]);
  });

  it('reports that .env cannot be read', async () => {
    await using workplace = new Workplace();
    mkdirSync(join(workplace.folder, '.env'));
    for (const args of [['migrate'], ['users', 'import', '--url', 'http://127.0.0.1:9']]) {
      const { code, err } = await workplace.cli(args).end();
      assert.deepEqual([code, err], [2, '.env cannot be read.\n'], args.join(' '));
    }
  });

  it('reports every fault of the settings, and ends with 2', async () => {
    await using workplace = new Workplace();
    const settings = { PORT: 'eighty', DATABASE_URL: 'data.db' };
    const { code, out, err } = await workplace.cli(['users', 'list'], { settings }).end();
    const urls = 'DATABASE_URL must be file:PATH, memory: or postgres://USER:PASSWORD@HOST:PORT/DATABASE.';
    const messages = `PORT must be a whole number from 0 to 65535.\n${urls}\n`;
    assert.deepEqual([code, out, err], [2, '', messages]);
  });

  it('ignores that its output is closed, as in `users list | head -1`', async () => {
    await using workplace = new Workplace();
    await workplace.cli(['migrate']).end();
    for (const args of [['users', 'list'], ['openapi'], ['--help']]) {
      const command = workplace.cli(args);
      command.stopReading();
      const { code, err } = await command.end();
      assert.deepEqual([code, err], [0, ''], args.join(' '));
    }
  });

  it('states that its output cannot be written, and ends with 1', { skip: !existsSync('/dev/full') }, async () => {
    const line = '"$NODE" src/cli.js password generate > /dev/full';
    const env = { PATH: process.env.PATH, NODE: process.execPath };
    const failed = promisify(execFile)('sh', ['-c', line], { cwd: ROOT, env });
    await assert.rejects(failed, { code: 1, stderr: 'Cannot write the output: ENOSPC.\n' });
  });

  it('states what keeps the store from it, and ends with 5', async () => {
    await using workplace = new Workplace();
    await workplace.cli(['migrate']).end();
    const path = join(workplace.folder, 'data', 'guildhall.db');
    const other = new Database(path);
    other.exec('begin immediate');
    const { code, err } = await workplace.cli(['users', 'create', 'ada@example.com']).end();
    other.close();
    assert.deepEqual(
      [code, err],
      [5, 'The store ./data/guildhall.db cannot be used: another process keeps it locked.\n'],
    );
  });

  it('ends with 5 where no database answers, so that a script tries again', async () => {
    await using workplace = new Workplace();
    const settings = { DATABASE_URL: 'postgres://guildhall@127.0.0.1:9/away' };
    for (const args of [['migrate'], ['users', 'list']]) {
      const { code, err } = await workplace.cli(args, { settings }).end();
      const message = 'The database 127.0.0.1:9/away cannot be used: connection refused (ECONNREFUSED).\n';
      assert.deepEqual([code, err], [5, message], args.join(' '));
    }
  });

  it('that reads a store creates none where there is none', async () => {
    await using workplace = new Workplace();
    const settings = { DATABASE_URL: 'file:./dta/guildhall.db' };
    for (const args of [
      ['users', 'list'],
      ['license', 'show', '00000-00000-00000-00000-00000-00000'],
      ['license', 'issue', '--user', 'ada@example.com'],
    ]) {
      const { code, out, err } = await workplace.cli(args, { settings }).end();
      const messages =
        'There is no store at ./dta/guildhall.db.\nSet DATABASE_URL to where it is; guildhall migrate makes a new one.\n';
      assert.deepEqual([code, out, err], [2, '', messages], args.join(' '));
      assert.equal(existsSync(join(workplace.folder, 'dta')), false);
    }
  });

  it('lists users while the service runs', async () => {
    await using workplace = new Workplace();
    await workplace.serve().address();
    const { code, out } = await workplace.cli(['users', 'list', '--json']).end();
    assert.equal(code, 0);
    assert.deepEqual(
      JSON.parse(out).map(({ email }: { email: string }) => email),
      ['alice@example.com', 'bob@example.com', 'admin@example.com'],
    );
  });

  it('prints the document that the service serves', async () => {
    await using workplace = new Workplace();
    const address = await workplace.serve().address();
    const { out } = await workplace.cli(['openapi']).end();
    assert.deepEqual(JSON.parse(out), await (await fetch(`${address}/docs/json`)).json());
  });

  it('`serve` runs the service until it receives a stop signal', async () => {
    await using workplace = new Workplace();
    const service = workplace.cli(['serve']);
    assert.equal((await fetch(await service.address())).status, 200);
    service.signal('SIGTERM');
    assert.equal((await service.end()).code, 0);
  });
});
