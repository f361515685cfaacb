import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { ADMIN_KEY, json, Workplace } from './guildhall-process.ts';

const PRODUCTION = { NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY };

const [FIRST_KEY, SECOND_KEY] = ['1'.repeat(32), '2'.repeat(32)] as const;
const USER_ID = '019b76da-a800-7000-8000-000000000001';

/** What a shell makes of a command, word by word. */
const wordsOf = (command: string): string[] =>
  execFileSync('sh', ['-c', `curl() { for word; do printf '%s\\0' "$word"; done; }\n${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

/** Asks what `curl` with these words would ask. */
const asCurl = async (words: readonly string[]): Promise<Response> => {
  const after = (option: string) => words.flatMap((word, index) => (words[index - 1] === option ? [word] : []));
  const url = words.find((word) => word.startsWith('http://')) ?? assert.fail('no address');
  const known = ['-i', url, '-H', ...after('-H'), '-d', ...after('-d')];
  assert.deepEqual(
    words.filter((word) => !known.includes(word)),
    [],
  );
  const headers = after('-H').map((header): [string, string] => header.split(': ', 2) as [string, string]);
  return fetch(url, { method: 'POST', headers, body: after('-d').join('&') });
};

describe('a start', { timeout: 600_000 }, () => {
  it('reads the .env of its folder, and reports none that is absent', async () => {
    await using workplace = new Workplace();
    const bare = workplace.serve();
    await bare.address();
    assert.doesNotMatch(bare.out + bare.err, /not found/);
    writeFileSync(join(workplace.folder, '.env'), `ADMIN_API_KEY=${ADMIN_KEY}\n`);
    const address = await workplace.serve({ settings: { DATABASE_URL: 'memory:' } }).address();
    assert.equal((await fetch(`${address}/users`)).status, 401);
  });

  it('reports that .env cannot be read', async () => {
    await using workplace = new Workplace();
    mkdirSync(join(workplace.folder, '.env'));
    const { code, err } = await workplace.serve().end();
    assert.deepEqual([code, err], [2, 'Guildhall cannot start:\n  - .env cannot be read.\n']);
  });

  it('by npm prints nothing of Node before its own output', () => {
    const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    // With --env-file-if-exists Node itself reports first that there is no such file.
    assert.equal(scripts.start, 'exec node src/main.js');
  });
});

describe('the startup banner', { timeout: 600_000 }, () => {
  it('names the API documentation, the mode, and what is open because of it', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve();
    const address = await service.address();
    assert.match(service.out, /\n\nGuildhall runs in development mode\.\n/);
    for (const path of ['/docs', '/redoc']) {
      assert.ok(service.out.includes(`${address}${path}`), path);
      assert.equal((await fetch(`${address}${path}`)).status, 200);
    }
    const [, password = ''] =
      /Console +http:\S+\/console\n +Log in with +admin@example\.com, password (\S+)\n/.exec(service.out) ?? [];
    const login = await fetch(`${address}/sessions`, json({ email: 'admin@example.com', password }));
    assert.equal(login.status, 200, service.out);
    assert.match(service.out, /every caller may administer: ADMIN_API_KEY is not set/);
    assert.equal((await fetch(`${address}/users`)).status, 200);
    assert.match(service.out, /reset tokens are returned in the response/);
    const reset = await fetch(`${address}/reset_password`, {
      method: 'POST',
      body: new URLSearchParams({ email: 'alice@example.com' }),
    });
    assert.ok('reset_token' in ((await reset.json()) as object));
  });

  it('does not call open what is closed, nor docs what is not served', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: { ADMIN_API_KEY: ADMIN_KEY, DOCS: 'off', THROTTLE: 'off' } });
    const address = await service.address();
    assert.doesNotMatch(service.out, /every caller may administer|administration is open|[/]docs/);
    assert.match(service.out, /guessing is not limited: THROTTLE is off/);
    assert.deepEqual([(await fetch(`${address}/users`)).status, (await fetch(`${address}/docs`)).status], [401, 404]);
  });

  it('shows a command to try that works as it stands, and its email appears on the console', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve();
    await service.address();
    const [, command = ''] = await service.says(/\nTry it:\n((?: {2}.*\n)+)/);
    const answer = await asCurl(wordsOf(command));
    assert.equal(answer.status, 201);
    await service.says(/To: +ada@example[.]com/);
  });
});

describe('a start in production', { timeout: 600_000 }, () => {
  it('is rejected without a key until there is an admin, with 2', async () => {
    await using workplace = new Workplace();
    const settings = { NODE_ENV: 'production' };
    for (const key of [{}, { ADMIN_API_KEY: '' }]) {
      const { code, err } = await workplace.serve({ settings: { ...settings, ...key } }).end();
      assert.equal(code, 2);
      assert.match(err, /ADMIN_API_KEY is needed in production \(32 random characters or more\) until an admin exists/);
    }
    const args = ['staff', 'add', 'ada@example.com', '--role', 'admin', '--json'];
    const added = await workplace.cli(args, { settings }).end();
    assert.deepEqual([added.code, JSON.parse(added.out).role], [0, 'admin'], added.err);
    const service = workplace.serve({ settings });
    const address = await service.address();
    const key = { authorization: `Bearer ${'x'.repeat(32)}` };
    assert.equal((await fetch(`${address}/users`, { headers: key })).status, 401);
    service.signal('SIGTERM');
    assert.equal((await service.end()).code, 0);
  });

  it('is rejected with one message for each fault and 2', async () => {
    await using workplace = new Workplace();
    const settings = { NODE_ENV: 'production', PORT: 'eighty', THROTTLE: 'off' };
    const { code, out, err } = await workplace.serve({ settings, args: ['--reset'] }).end();
    assert.deepEqual([code, out], [2, '']);
    assert.equal(
      err,
      `Guildhall cannot start:
  - --reset is refused in production.
  - PORT must be a whole number from 0 to 65535.
  - THROTTLE may be off only in development.
`,
    );
  });

  it('prints JSON lines and nothing else, to the last', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: PRODUCTION });
    await fetch(await service.address());
    service.signal('SIGTERM');
    const { out, err } = await service.end();
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual([lines[0].msg, lines.at(-1).msg, err], ['store migrated', 'stopped', '']);
    for (const { level, time, msg } of lines) assert.ok(level && time && msg);
  });

  it('requires the key for administration, and creates no sample users', async () => {
    await using workplace = new Workplace();
    const address = await workplace.serve({ settings: PRODUCTION }).address();
    assert.equal((await fetch(`${address}/users`)).status, 401);
    const answer = await fetch(`${address}/users`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
    assert.deepEqual([answer.status, await answer.json()], [200, []]);
  });
});

describe('a start without PUBLIC_URL', { timeout: 600_000 }, () => {
  it('warns in production, and not where it is set', async () => {
    await using workplace = new Workplace();
    for (const [settings, warns] of [
      [{}, true],
      [{ PUBLIC_URL: 'https://guild.example' }, false],
    ] as const) {
      const service = workplace.serve({ settings: { ...PRODUCTION, ...settings } });
      await service.address();
      service.signal('SIGTERM');
      assert.equal(
        /"emails contain tokens without links: PUBLIC_URL is not set"/.test((await service.end()).out),
        warns,
      );
    }
  });
});

describe('a start that cannot be', { timeout: 600_000 }, () => {
  it('is rejected for an unknown option', async () => {
    await using workplace = new Workplace();
    const { code, out, err } = await workplace.serve({ args: ['--rest'] }).end();
    assert.deepEqual([code, out, err], [2, '', 'Unknown option --rest; the only one is --reset.\n']);
  });

  it('reports that the port is taken', async (t) => {
    await using workplace = new Workplace();
    const other = createServer();
    t.after(() => other.close());
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await workplace.serve({ settings: { PORT: String(port) } }).end();
    const sentence = `Something listens on 127.0.0.1:${port} already; set PORT to another.`;
    assert.deepEqual([code, err], [1, `Guildhall cannot start:\n  - ${sentence}\n`]);
  });

  it('reports that the address is not one of this machine', async () => {
    await using workplace = new Workplace();
    const { code, err } = await workplace.serve({ settings: { HOST: '192.0.2.1' } }).end();
    const sentence = 'It cannot listen on 192.0.2.1:0 (EADDRNOTAVAIL); set HOST or PORT to another.';
    assert.deepEqual([code, err], [1, `Guildhall cannot start:\n  - ${sentence}\n`]);
  });

  it('reports that the store is of a newer version, as the commands do', async () => {
    await using workplace = new Workplace();
    assert.equal((await workplace.cli(['migrate']).end()).code, 0);
    const store = new Database(join(workplace.folder, 'data/guildhall.db'), { fileMustExist: true });
    store.exec("insert into kysely_migration values ('9999-later', '2030')");
    store.close();
    const sentence = 'The store was migrated by a newer version of Guildhall (9999-later):';
    for (const ended of [workplace.serve(), workplace.cli(['users', 'list'])]) {
      const { code, out, err } = await ended.end();
      assert.deepEqual([code, out], [1, '']);
      assert.ok(err.includes(sentence) && err.endsWith('restore the backup from before it.\n'), err);
    }
  });

  it('reports that it waits for another process that has the store locked, as the commands do', async () => {
    await using workplace = new Workplace();
    const path = join(workplace.folder, 'data/guildhall.db');
    mkdirSync(dirname(path));
    writeFileSync(path, '', { mode: 0o600 });
    const other = new Database(path);
    other.pragma('journal_mode = WAL');
    other.exec('begin immediate');
    const service = workplace.serve();
    const command = workplace.cli(['migrate']);
    await service.says(/waiting to migrate the store: another process has it locked/);
    await command.says(/^Waiting to migrate the store: another process has it locked\.\n$/, 'err');
    other.exec('rollback');
    other.close();
    await service.address();
    assert.equal((await command.end()).code, 0);
  });

  const STORES: [why: string, path: string, sentence: string][] = [
    ['its folder is a file', 'file/guildhall.db', 'what should be its folder is a file'],
    [
      'it is a folder',
      'folder',
      'it cannot be opened; it must be a file that the user of this process can read and write',
    ],
    ['it is something else', 'file', 'the file is no SQLite database'],
  ];
  for (const [why, path, reason] of STORES) {
    it(`reports that the store cannot be used because ${why}, as the commands do`, async () => {
      await using workplace = new Workplace();
      mkdirSync(join(workplace.folder, 'folder'));
      writeFileSync(join(workplace.folder, 'file'), 'Dear diary, today is a quiet day. '.repeat(100));
      const settings = { DATABASE_URL: `file:${path}` };
      const sentence = `The store ${path} cannot be used: ${reason}.`;
      const { code, err } = await workplace.serve({ settings }).end();
      assert.deepEqual([code, err], [1, `Guildhall cannot start:\n  - ${sentence}\n`]);
      const command = await workplace.cli(['users', 'list'], { settings }).end();
      assert.deepEqual([command.code, command.err], [1, `${sentence}\n`]);
    });
  }
});

describe('a start with another sealing key than before', { timeout: 600_000 }, () => {
  it('warns once, names the setting and counts the values that cannot be opened', async () => {
    await using workplace = new Workplace();
    const keyed = (settings: Record<string, string>) => ({ settings: { ...PRODUCTION, ...settings } });
    const started = async (settings: Record<string, string>): Promise<Record<string, unknown>[]> => {
      const service = workplace.serve(keyed(settings));
      await service.address();
      service.signal('SIGTERM');
      const lines = (await service.end()).out.trimEnd().split('\n');
      return lines
        .map((line) => JSON.parse(line))
        .filter(({ level, msg }) => level === 'warn' && /SEALING_KEY/.test(msg));
    };
    assert.match(String((await started({}))[0]?.msg), /neither SEALING_KEY nor LICENSE_KEY_SECRET is set/);
    assert.deepEqual(await started({ SEALING_KEY: FIRST_KEY }), []);

    const store = new Database(join(workplace.folder, 'data/guildhall.db'), { fileMustExist: true });
    const [keyId] = store.prepare("select value from store_facts where name = 'sealing-key-id'").pluck().all();
    store.exec(`insert into users (id, email, email_canonical, created_at, version, email_confirmed_at)
      values ('${USER_ID}', 'ada@example.com', 'ada@example.com', '2026-01-01T00:00:00.000Z', 1, null);
      insert into second_factors (user_id, seed) values ('${USER_ID}', '${keyId}.damaged')`);
    store.close();
    assert.deepEqual(await started({ SEALING_KEY: FIRST_KEY }), []);
    for (const settings of [{ SEALING_KEY: SECOND_KEY }, {}]) {
      const warnings = await started(settings);
      assert.deepEqual([warnings.length, warnings[0]?.unopened], [1, 1]);
    }
    assert.deepEqual(await started({ SEALING_KEY: SECOND_KEY, SEALING_KEY_OLD: FIRST_KEY }), []);

    const reseal = ['keys', 'reseal', '--json'];
    const { code, out } = await workplace.cli(reseal, keyed({ LICENSE_KEY_SECRET: SECOND_KEY })).end();
    assert.equal(code, 5);
    assert.deepEqual({ ...JSON.parse(out), key_id: '' }, { key_id: '', resealed: 0, unopened: 1 });
    const without = await workplace.cli(reseal, keyed({})).end();
    assert.deepEqual([without.code, without.out], [5, '']);
    assert.match(without.err, /set SEALING_KEY or LICENSE_KEY_SECRET/);
  });
});
