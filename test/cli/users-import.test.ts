import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs, { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { aFolder } from '../contracts/open-stores.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from '../http/test-app.ts';
import { type RandomUserSimulator, startRandomUserSimulator } from '../simulators/random-user-simulator.ts';
import { guildhall } from './guildhall-here.ts';
import { runGuildhall, startGuildhall } from './guildhall-process.ts';

type Credential = { email: string; name: string; password: string };

/** The cells of the printed table, under its head. */
const tableIn = (stdout: string): Credential[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .slice(1)
    .map((line) => {
      const [name = '', email = '', password = ''] = line
        .slice(1, -1)
        .split('│')
        .map((cell) => cell.trim());
      return { name, email, password };
    });

const linesIn = (path: string): Credential[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** A folder with a store to come, and the service that people come from. */
const aSite = async (limit?: number) => {
  const folder = await aFolder();
  const simulator = await startRandomUserSimulator(limit === undefined ? {} : { limit });
  const settings = {
    RANDOM_USER_API_URL: simulator.url,
    DATABASE_URL: `file:${join(folder.path, 'guildhall.db')}`,
    SAMPLE_USERS: 'off',
  };
  return {
    simulator,
    settings,
    path: (name: string) => join(folder.path, name),
    import: (...args: string[]) => guildhall(['users', 'import', ...args], settings),
    emails: async () => {
      const { stdout } = await guildhall(['users', 'list', '--json'], settings);
      return (JSON.parse(stdout) as { email: string }[]).map(({ email }) => email);
    },
    async [Symbol.asyncDispose]() {
      await simulator[Symbol.asyncDispose]();
      await folder.remove();
    },
  };
};

const mustLogIn = async (app: TestApp, credentials: readonly Credential[]): Promise<void> => {
  for (const { email, password } of credentials) {
    const answer = await app.call('POST', '/sessions', { json: { email, password } });
    assert.equal(answer.status, 200, `${email} could not log in`);
  }
};

const down = (simulator: RandomUserSimulator) =>
  simulator.answerNextWith((_, response) => void response.writeHead(429).end('{"error":"Whoa"}'));

describe('guildhall users import, into the store', () => {
  it('beside a running server on the same file: the ten whose passwords it prints log in', {
    timeout: 600_000,
  }, async () => {
    await using site = await aSite();
    await using app = await startTestApp(site.settings);
    const { exitCode, stdout, stderr } = await runGuildhall(
      ['users', 'import', '--count', '10', '--seed', 's1'],
      site.settings,
    );
    assert.equal(exitCode, 0, stderr);
    const credentials = tableIn(stdout);
    assert.equal(credentials.length, 10);
    await mustLogIn(app, credentials);
    const listed = (await app.call('GET', '/users')).json() as Credential[];
    assert.deepEqual(
      listed.map(({ name, email }) => ({ name, email })),
      credentials.map(({ name, email }) => ({ name, email })),
    );
  });

  it('reports each user as it is created, beside the output, and the totals', async () => {
    await using site = await aSite();
    const { stdout, stderr } = await site.import('--count', '3', '--nat', 'gb,US', '--seed', 's1');
    assert.match(stderr, /^1\/3 .+ <.+@example\.com>\n2\/3 .+\n3\/3 .+\n3 of 3 users created, 0 skipped\.\n$/);
    assert.match(stdout, /shown this once/);
    assert.match(site.simulator.seen[0] ?? '', /&nat=gb%2Cus&seed=s1$/);
  });

  it('prints passwords in the table only', async () => {
    await using site = await aSite();
    const { stdout, stderr } = await site.import('--count', '5');
    for (const { password } of tableIn(stdout)) {
      assert.ok(!stderr.includes(password));
      assert.equal(stdout.split(password).length, 2);
    }
  });

  it('writes the passwords into a new file that only its owner may read, and then prints none', async () => {
    await using site = await aSite();
    const file = site.path('credentials.jsonl');
    const { exitCode, stdout } = await site.import('--count', '4', '--credentials', file);
    assert.deepEqual([exitCode, stdout], [0, '']);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(Object.keys(linesIn(file)[0] ?? {}), ['email', 'name', 'password']);
    await using app = await startTestApp(site.settings);
    assert.equal(linesIn(file).length, 4);
    await mustLogIn(app, linesIn(file));
  });

  it('overwrites no file, and leaves none behind where no user was created', async () => {
    await using site = await aSite();
    const file = site.path('credentials.jsonl');
    down(site.simulator);
    assert.equal((await site.import('--credentials', file)).exitCode, 5);
    assert.equal(existsSync(file), false);
    await site.import('--count', '1', '--credentials', file);
    const before = readFileSync(file, 'utf8');
    const again = await site.import('--count', '2', '--credentials', file);
    assert.deepEqual([again.exitCode, readFileSync(file, 'utf8')], [2, before]);
    assert.match(again.stderr, /is there already/);
    assert.equal((await site.emails()).length, 1);
  });

  it('skips users that exist, and counts them', async () => {
    await using site = await aSite();
    await site.import('--count', '2', '--seed', 's1');
    const { exitCode, stdout, stderr } = await site.import('--count', '3', '--seed', 's1');
    assert.equal(exitCode, 0);
    assert.match(stderr, /^1\/3 skipped \S+@example\.com: a user has this address\n/);
    assert.match(stderr, /1 of 3 users created, 2 skipped\.\n$/);
    assert.equal(tableIn(stdout).length, 1);
  });

  it('stops at a signal, keeps the created users with their passwords, and names the command that continues', {
    timeout: 600_000,
  }, async () => {
    await using site = await aSite();
    // Slow hashes, so that the signal comes in the middle.
    const slow = { ...site.settings, ARGON2_MEMORY_KIB: '65536', ARGON2_TIME_COST: '3' };
    const running = startGuildhall(['users', 'import', '--count', '60', '--nat', 'gb'], slow);
    await once(running.process.stderr, 'data');
    running.process.kill('SIGINT');
    const { exitCode, stdout, stderr } = await running.ended;
    assert.equal(exitCode, 6, stderr);
    const credentials = tableIn(stdout);
    assert.ok(credentials.length >= 1 && credentials.length < 60, `${credentials.length} were created`);
    assert.deepEqual(
      await site.emails(),
      credentials.map(({ email }) => email),
    );

    const continuation = /To continue: guildhall (users import .+)\n$/.exec(stderr)?.[1]?.split(' ') ?? [];
    const rest = await guildhall(continuation, site.settings);
    assert.equal(rest.exitCode, 0);
    for (const { email } of credentials) assert.ok(rest.stderr.includes(`skipped ${email}:`), email);
    const all = [...credentials, ...tableIn(rest.stdout)];
    assert.deepEqual((await site.emails()).sort(), all.map(({ email }) => email).sort());
    await using app = await startTestApp(site.settings);
    await mustLogIn(app, [...credentials.slice(-1), ...tableIn(rest.stdout).slice(0, 1)]);
  });

  it('keeps the created users where the source fails, and ends with 6', async () => {
    await using site = await aSite(100);
    const { exitCode, stdout, stderr } = await site.import('--count', '150', '--seed', 's1');
    assert.equal(exitCode, 6);
    assert.match(
      stderr,
      /RandomUser has reached its rate limit\. The created users stay\. To continue: guildhall users import --count 150 --seed s1\n$/,
    );
    assert.equal(tableIn(stdout).length, (await site.emails()).length);
    assert.ok(tableIn(stdout).length > 80);
  });

  it('states why the store failed after the first users', async () => {
    await using site = await aSite();
    let other: Database.Database | undefined;
    site.simulator.answerNextWith(site.simulator.answer);
    site.simulator.answerNextWith((request, response) => {
      other = new Database(site.path('guildhall.db'));
      other.exec('begin immediate');
      site.simulator.answer(request, response);
    });
    const { exitCode, stdout, stderr } = await site.import('--count', '101', '--seed', 's1');
    other?.close();
    assert.equal(exitCode, 6, stderr);
    const why = `The store ${site.path('guildhall.db')} cannot be used: another process keeps it locked.`;
    const continuation = 'guildhall users import --count 101 --seed s1';
    assert.ok(stderr.endsWith(`\n${why} The created users stay. To continue: ${continuation}\n`), stderr.slice(-300));
    assert.equal(tableIn(stdout).length, 100);
  });

  it('ends at a password that cannot be written, and names its user', async (t) => {
    await using site = await aSite();
    const file = site.path('my credentials.jsonl');
    const write = fs.writeFileSync;
    let lines = 0;
    t.mock.method(fs, 'writeFileSync', (...args: Parameters<typeof write>) => {
      if (typeof args[0] === 'number') lines += 1;
      if (lines === 3) throw Object.assign(new Error('raw words'), { code: 'ENOSPC' });
      write(...args);
    });
    syncBuiltinESMExports();
    t.after(() => {
      t.mock.restoreAll();
      syncBuiltinESMExports();
    });
    const { exitCode, stderr } = await site.import('--count', '9', '--seed', 's1', '--credentials', file);
    assert.equal(exitCode, 6, stderr);
    const [, , lost = ''] = await site.emails();
    assert.equal((await site.emails()).length, 3);
    assert.equal(linesIn(file).length, 2);
    const why = `Cannot write ${file}: ENOSPC. The password of ${lost} is lost; a password reset sets another.`;
    const continuation = `guildhall users import --count 9 --seed s1 --credentials '${file}.2'`;
    assert.match(stderr, /\n3 of 9 users created, 0 skipped\.\n/);
    assert.ok(stderr.endsWith(`\n${why} The created users stay. To continue: ${continuation}\n`), stderr);
  });

  it('continues with another file of passwords', async () => {
    await using site = await aSite();
    const continueAt = async (...args: string[]) => {
      site.simulator.answerNextWith(site.simulator.answer);
      down(site.simulator);
      const { exitCode, stderr } = await site.import(...args);
      assert.equal(exitCode, 6, stderr);
      return /To continue: guildhall users import (.+)\n$/.exec(stderr)?.[1]?.split(' ') ?? [];
    };
    const file = site.path('credentials.jsonl');
    const second = await continueAt('--count', '101', '--seed', 's1', '--credentials', file);
    assert.deepEqual(second, ['--count', '101', '--seed', 's1', '--credentials', `${file}.2`]);
    assert.equal((await site.import(...second)).exitCode, 0);
    assert.deepEqual([linesIn(file).length, linesIn(`${file}.2`).length], [100, 1]);
    const third = await continueAt('--count', '101', '--seed', 's2', '--credentials', `${file}.3`);
    assert.equal(third.at(-1), `${file}.4`);
  });

  it('exits with 5 where it has only met users that exist', async () => {
    await using site = await aSite();
    await site.import('--count', '100', '--seed', 's1');
    site.simulator.answerNextWith(site.simulator.answer);
    down(site.simulator);
    const { exitCode, stderr } = await site.import('--count', '101', '--seed', 's1');
    assert.equal(exitCode, 5);
    assert.match(stderr, /\nRandomUser has reached its rate limit\n$/);
  });

  it('exits with 5 where nothing was done, and states the reason', async () => {
    await using site = await aSite();
    down(site.simulator);
    const unavailable = await site.import();
    assert.deepEqual([unavailable.exitCode, unavailable.stdout], [5, '']);
    assert.match(unavailable.stderr, /RandomUser has reached its rate limit/);
    const wrong = await site.import('--count', '0', '--nat', 'zz');
    assert.equal(wrong.exitCode, 2);
    assert.match(wrong.stderr, /--count must be .* 1 to 5000\.\n--nat must be of AU, BR,/);
    assert.deepEqual(await site.emails(), []);
  });

  it('asks for --yes in production', async () => {
    await using site = await aSite();
    const production = { ...site.settings, NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY };
    const refused = await guildhall(['users', 'import', '--count', '1'], production);
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /--yes/);
    assert.equal(site.simulator.seen.length, 0);
    assert.equal((await guildhall(['users', 'import', '--count', '1', '--yes'], production)).exitCode, 0);
    assert.equal((await site.emails()).length, 1);
  });

  it('does not fill a store in memory', async () => {
    await using site = await aSite();
    const refused = await guildhall(['users', 'import'], { ...site.settings, DATABASE_URL: 'memory:' });
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /^DATABASE_URL is memory:/);
  });
});

describe('guildhall users import, over HTTP', () => {
  it('sends name and address of five users to a running server, like any client', async () => {
    await using site = await aSite();
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const url = await app.app.listen({ host: '127.0.0.1', port: 0 });
    const { exitCode, stdout, stderr } = await site.import(
      '--count',
      '5',
      '--url',
      url,
      '--key',
      ADMIN_KEY,
      '--seed',
      's1',
    );
    assert.deepEqual([exitCode, stdout], [0, '']);
    assert.match(stderr, /5 of 5 users created, 0 skipped\.\n$/);
    const users = (await app.call('GET', '/users', { bearer: ADMIN_KEY })).json() as Credential[];
    assert.equal(users.length, 5);
    for (const { name, email } of users) assert.ok(stderr.includes(`${name} <${email}>`));
    assert.equal(existsSync(site.path('guildhall.db')), false);

    const again = await site.import('--count', '6', '--url', url, '--key', ADMIN_KEY, '--seed', 's1');
    assert.match(again.stderr, /1 of 6 users created, 5 skipped\.\n$/);
  });

  it('sends the same users that it would store', async () => {
    await using site = await aSite();
    await using app = await startTestApp();
    const url = await app.app.listen({ host: '127.0.0.1', port: 0 });
    await site.import('--count', '5', '--url', url, '--seed', 's1');
    await site.import('--count', '5', '--seed', 's1');
    const users = (await app.call('GET', '/users')).json() as Credential[];
    assert.deepEqual(
      users.map(({ email }) => email),
      await site.emails(),
    );
  });

  it('reports a wrong key without showing it', async () => {
    await using site = await aSite();
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const url = await app.app.listen({ host: '127.0.0.1', port: 0 });
    const { exitCode, stderr } = await site.import('--url', url, '--key', 'the-wrong-key');
    assert.equal(exitCode, 3);
    assert.match(stderr, /--key/);
    assert.doesNotMatch(stderr, /the-wrong-key/);
  });

  it('is interrupted where the server stops, and names the command that continues, without the key', async () => {
    await using site = await aSite();
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const url = await app.app.listen({ host: '127.0.0.1', port: 0 });
    const args = ['users', 'import', '--count', '200', '--url', url, '--key', ADMIN_KEY, '--seed', 's1'];
    // The server stops while the second page is fetched.
    site.simulator.answerNextWith(site.simulator.answer);
    site.simulator.answerNextWith((request, response) => {
      void app.app.close().then(() => site.simulator.answer(request, response));
    });
    const { exitCode, stderr } = await guildhall(args, site.settings);
    assert.equal(exitCode, 6);
    assert.match(
      stderr,
      /did not create the user: Guildhall cannot be reached .*\. The created users stay\. To continue: guildhall users import --count 200 --seed s1 --url \S+\n$/,
    );
    assert.ok(!stderr.includes(ADMIN_KEY));
  });

  it('names the file of the key in the command that continues', async () => {
    await using site = await aSite();
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const url = await app.app.listen({ host: '127.0.0.1', port: 0 });
    const keyFile = site.path('key');
    writeFileSync(keyFile, ADMIN_KEY);
    site.simulator.answerNextWith(site.simulator.answer);
    down(site.simulator);
    const args = ['--count', '101', '--seed', 's1', '--url', `${url}/`, '--key-file', keyFile];
    const { exitCode, stderr } = await site.import(...args);
    assert.equal(exitCode, 6, stderr);
    assert.ok(stderr.endsWith(` To continue: guildhall users import ${args.join(' ')}\n`), stderr.slice(-300));
  });

  it('requires a web address, and accepts a key only with one', async () => {
    for (const args of [
      ['--url', 'ftp://example.com'],
      ['--url', '127.0.0.1:8000'],
      ['--key', ADMIN_KEY],
      ['--url', 'http://127.0.0.1:9', '--credentials', 'file'],
    ]) {
      const { exitCode, stderr } = await guildhall(['users', 'import', ...args]);
      assert.equal(exitCode, 2, args.join(' '));
      assert.ok(!stderr.includes(ADMIN_KEY));
    }
  });
});
