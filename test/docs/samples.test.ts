import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { chainedHash } from '../../src/domain/audit/audit-chain.ts';
import { startRandomUserSimulator } from '../simulators/random-user-simulator.ts';
import { has, SampleCheckout } from './sample-checkout.ts';
import { allSamples, ROOT, samplesIn, samplesOf } from './samples.ts';

const only = <T>(items: readonly T[]): T => {
  assert.equal(items.length, 1);
  return items[0] as T;
};

/** Registers a test where its program is on this machine. Elsewhere it prints what is not run. */
const itWith = (program: string, isThere: boolean, title: string, run: () => void | Promise<void>): void => {
  if (isThere) it(title, run);
  else console.log(`Not run, because there is no ${program} on this machine: ${title}`);
};

/** The first sample of a page in a language that contains `text`. */
const sample = (page: string, language: string, text: string): string =>
  samplesOf(page, language).find((code) => code.includes(text)) ?? assert.fail(`${page} has no sample with ${text}`);

/** Samples that need docker, another server or the source repository; their syntax and the targets they name are checked. */
const NOT_RUN = [
  ['README.md', 'git clone'],
  ['README.md', 'make up'],
  ['docs/developer-pairs.md', 'npm run simulators'],
  ['docs/operations.md', 'docker compose'],
] as const;

/** Samples that a test of this file runs, by page and language. */
const RUN: Readonly<Record<string, readonly string[]>> = {
  'README.md': ['sh', 'json'],
  'docs/audit.md': ['sh', 'json'],
  'docs/developer-pairs.md': ['sh'],
  'docs/licenses.md': ['sh', 'js', 'python', 'go'],
  'docs/operations.md': ['sh', 'sql', 'crontab', 'nginx', 'caddyfile'],
  'docs/passwords.md': ['sh'],
  'docs/tokens.md': ['sh', 'js'],
};

/** Pictures. */
const DIAGRAMS = ['mermaid', 'text', ''];

describe('Samples of README.md and docs/', () => {
  it('are found', () => {
    const [first, second] = samplesIn('x.md', 'a\n```sh\nls\n```\n\n```js\nf();\n```\n');
    assert.deepEqual(first, { page: 'x.md', line: 2, language: 'sh', code: 'ls\n' });
    assert.equal(second?.language, 'js');
    assert.ok(allSamples().length > 15);
  });

  it('are all in a language that this test runs', () => {
    const unknown = allSamples().filter(
      ({ page, language }) => !DIAGRAMS.includes(language) && !RUN[page]?.includes(language),
    );
    assert.deepEqual(unknown, []);
  });

  for (const { page, line, code } of allSamples().filter(({ language }) => language === 'sh')) {
    it(`${page}:${line} is correct shell and names scripts and targets that exist`, () => {
      const shell = code.replaceAll(/<[a-z ]+>/g, 'NAME');
      assert.equal(spawnSync('bash', ['-n'], { input: shell, encoding: 'utf8' }).stderr, '');
      const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
      const makefile = readFileSync(join(ROOT, 'Makefile'), 'utf8');
      for (const [, script = ''] of code.matchAll(/npm run ([\w:-]+)/g)) assert.ok(script in scripts, script);
      for (const [, target] of code.matchAll(/^[^#]*\bmake ([a-z]+)/gm)) {
        assert.match(makefile, new RegExp(`^${target}:`, 'm'));
      }
    });
  }

  it('that are not run exist', () => {
    for (const [page, text] of NOT_RUN) assert.ok(sample(page, 'sh', text));
  });
});

describe('README.md', () => {
  it('has first steps that end with VALID', async () => {
    await using checkout = new SampleCheckout();
    await checkout.serve();
    const out = await checkout.sh(sample('README.md', 'sh', 'curl -i http://127.0.0.1:8000/register'));
    assert.match(out, /^HTTP\/1\.1 201 /);
    assert.deepEqual(
      [...out.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code]) => code),
      ['NOT_ACTIVATED', 'VALID'],
    );
    assert.match(out, /"message":"Password updated"/);
  });

  it('shows an error as the server sends it', async () => {
    await using checkout = new SampleCheckout();
    await checkout.serve();
    const shown = JSON.parse(only(samplesOf('README.md', 'json')));
    const out = await checkout.sh(
      `curl -s http://127.0.0.1:8000/register -H 'content-type: application/json' \
        -d '{"email":"grace@example.com","password":"q7!zpkw","age":12}' -H 'x-request-id: ${shown.request_id}'`,
    );
    assert.deepEqual(JSON.parse(out), shown);
  });
});

describe('Samples of developer pairs', () => {
  let checkout: SampleCheckout;
  let simulators: ChildProcess;
  before(async () => {
    const script = join(ROOT, 'test/simulators/run.ts');
    simulators = spawn(process.execPath, [script, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let dotEnv = '';
    for await (const text of simulators.stdout ?? []) {
      dotEnv += text;
      if (dotEnv.includes('Ctrl-C')) break;
    }
    checkout = new SampleCheckout();
    writeFileSync(join(checkout.folder, '.env'), dotEnv);
    await checkout.serve();
  });
  after(async () => {
    simulators.kill();
    await checkout[Symbol.asyncDispose]();
  });

  for (const page of ['README.md', 'docs/developer-pairs.md']) {
    it(`${page}: dev1 and dev2 are connected`, async () => {
      const out = await checkout.sh(sample(page, 'sh', 'connected/realtime'));
      assert.ok(out.startsWith('{"connected":true,"organisations":["org1","org2"]}[{'), out);
      assert.ok(out.endsWith('dev1 and dev2 are connected. They share org1, org2.\n'), out);
    });
  }
});

describe('docs/audit.md', () => {
  it('shows an entry that has the hash of the page', () => {
    const {
      hash: cut,
      sealed_at,
      ip,
      user_agent,
      seq,
      actor,
      ...rest
    } = JSON.parse(only(samplesOf('docs/audit.md', 'json')));
    const { name, ...unnamed } = actor;
    const place = { seq, prev: '0'.repeat(64) };
    const text = JSON.stringify({ ...rest, actor: unnamed });
    const whole = chainedHash(text, place, (canonical) => hash('sha256', canonical, 'hex'));
    assert.ok(readFileSync(join(ROOT, 'docs/audit.md'), 'utf8').includes(`hashes to \`${whole}\``), whole);
    assert.equal(cut, `${whole.slice(0, 4)}…`);
  });

  it('notes the head on a line of its own, and verifies that the log contains it', async () => {
    await using checkout = new SampleCheckout({ ADMIN_API_KEY: 'k'.repeat(32) });
    await checkout.serve();
    const variables = { TOKEN: 'k'.repeat(32) };
    const [note = '', verify = ''] = only(samplesOf('docs/audit.md', 'sh'))
      .replace('https://guildhall.example', 'http://127.0.0.1:8000')
      .replaceAll('/mnt/elsewhere/', '')
      .replace(/^guildhall/m, 'bin/guildhall')
      .split('\n');
    const heads = () => readFileSync(join(checkout.folder, 'heads.ndjson'), 'utf8').split('\n').filter(Boolean);
    const latest = () => JSON.parse(heads().at(-1) ?? '');
    do await checkout.sh(note, variables);
    while (latest().unsealed > 0);
    await checkout.sh(note, variables);
    assert.ok(heads().length > 1);
    const { seq, hash: noted } = latest();
    const command = verify.replace(/\d+:[0-9a-f]{64}$/, `${seq}:${noted}`);
    assert.match(await checkout.sh(command), /^The audit log is intact: /);
  });
});

describe('docs/tokens.md', () => {
  it('creates a token that its regular expression and its checksum recognise', async () => {
    await using checkout = new SampleCheckout({ ADMIN_API_KEY: 'k'.repeat(32) });
    await checkout.serve();
    const { token, hint } = JSON.parse(await checkout.sh(only(samplesOf('docs/tokens.md', 'sh'))));
    assert.equal(token.slice(-4), hint);
    const scanner = new RegExp(
      samplesOf('docs/tokens.md', '')
        .find((code) => code.includes('gld_api_'))
        ?.trim() ?? '',
    );
    assert.equal(scanner.exec(`Authorization: Bearer ${token}\n`)?.[0], token);
    const changed = token.replace(/.$/, (last: string) => (last === 'x' ? 'y' : 'x'));
    const code = `${only(samplesOf('docs/tokens.md', 'js'))}console.log(isToken('${token}'), isToken('${changed}'));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    assert.equal(stdout, 'true false\n');
  });
});

describe('docs/licenses.md', () => {
  let checkout: SampleCheckout;
  let out = '';
  before(async () => {
    checkout = new SampleCheckout();
    await checkout.serve();
    const [variables = '', issue = '', ...rest] = samplesOf('docs/licenses.md', 'sh');
    await checkout.sh(
      `curl -sf http://127.0.0.1:8000/register -H 'content-type: application/json' \
        -d '{"email":"ada@example.com","password":"correct horse battery","age":36}'`,
    );
    const license = await checkout.sh(`${issue.trim()} --json`);
    const [address = ''] = variables.split('\n');
    const key = `KEY=${JSON.parse(license).license_key}`;
    // One shell session, as for a reader who copies block after block.
    out = await checkout.sh([address, key, ...rest].join('\n'));
  });
  after(() => checkout[Symbol.asyncDispose]());

  it('validates, activates, checks out and verifies in the shell', () => {
    assert.match(out, /"code":"NOT_ACTIVATED"/);
    assert.match(out, /"fingerprint":"3f7a9c52e0b84d16"/);
    assert.match(out, /Signature Verified Successfully/);
  });

  /** Good and bad uses of a checker, as arguments: file, JWKS, product, fingerprint. */
  const uses = () => {
    const file = readFileSync(join(checkout.folder, 'app.lic'), 'utf8');
    assert.ok(file.endsWith('\n'), 'as jq writes it');
    const jwks = readFileSync(join(checkout.folder, 'jwks.json'), 'utf8');
    return {
      good: [file, jwks, 'editor', '3f7a9c52e0b84d16'],
      bad: [
        [file, jwks, 'viewer', '3f7a9c52e0b84d16'],
        [file, jwks, 'editor', 'another-machine'],
        [file, '{"keys":[]}', 'editor', '3f7a9c52e0b84d16'],
        [`${file.trim().slice(0, -4)}AAAA\n`, jwks, 'editor', '3f7a9c52e0b84d16'],
      ],
    } as const;
  };

  it('has a sample for Node that accepts the file of the shell sample, and no other', async () => {
    const module = join(checkout.folder, 'sample.mjs');
    writeFileSync(module, only(samplesOf('docs/licenses.md', 'js')));
    const { checkLicenseFile } = await import(pathToFileURL(module).href);
    const check = ([file, jwks, product, fingerprint]: readonly [string, string, string, string]) =>
      checkLicenseFile(file, JSON.parse(jwks), { product, fingerprint });
    const { good, bad } = uses();
    assert.equal((await check(good)).product, 'editor');
    for (const use of bad) await assert.rejects(check(use));
  });

  const python = ['python3', '/usr/bin/python3'].find((program) => has(program, '-c', 'import jwt, cryptography'));
  itWith(
    'Python with PyJWT',
    python !== undefined,
    'has a sample for Python that accepts the same file, and no other',
    () => {
      const program = `${only(samplesOf('docs/licenses.md', 'python'))}
import json, sys
file, jwks, product, fingerprint = json.load(sys.stdin)
print(check_license_file(file, json.loads(jwks), product, fingerprint)["product"])
`;
      const check = (use: readonly string[]) =>
        spawnSync(String(python), ['-c', program], { input: JSON.stringify(use), encoding: 'utf8' });
      const { good, bad } = uses();
      const result = check(good);
      assert.equal(result.stdout, 'editor\n', result.stderr);
      for (const use of bad) assert.equal(check(use).status, 1);
    },
  );

  itWith('Go', has('go', 'version'), 'has a sample for Go that gofmt parses', () => {
    const input = only(samplesOf('docs/licenses.md', 'go'));
    const { status, stdout } = spawnSync('gofmt', [], { input, encoding: 'utf8' });
    assert.deepEqual([status, stdout], [0, input]);
  });
});

describe('docs/passwords.md', () => {
  it('has samples for passwords and random users that run', async () => {
    await using randomUser = await startRandomUserSimulator();
    await using checkout = new SampleCheckout({ RANDOM_USER_API_URL: randomUser.url });
    await checkout.serve();
    const levels = await checkout.sh(sample('docs/passwords.md', 'sh', 'password generate'));
    assert.match(levels, /\{"level":3\}$/);
    const imported = await checkout.sh(sample('docs/passwords.md', 'sh', 'users import'));
    assert.match(imported, /@/);
  });
});

describe('docs/operations.md', () => {
  it('has SQL that finds, retries and deletes dead-lettered emails', async () => {
    await using checkout = new SampleCheckout();
    await checkout.sh('bin/guildhall migrate');
    const database = new Database(join(checkout.folder, 'data/guildhall.db'));
    try {
      const statements = only(samplesOf('docs/operations.md', 'sql'))
        .split(';')
        .filter((text) => /^\w/m.test(text));
      assert.equal(statements.length, 3);
      for (const statement of statements) database.exec(statement);
    } finally {
      database.close();
    }
  });

  it('has a crontab line that backs up the store from any folder', async () => {
    await using checkout = new SampleCheckout();
    await checkout.sh('bin/guildhall migrate');
    const backups = checkout.makeFolder('backups');
    const [path = '', line = ''] = only(samplesOf('docs/operations.md', 'crontab'))
      .replaceAll('/opt/guildhall', checkout.folder)
      .replaceAll('/var/backups/guildhall', backups)
      .trim()
      .split('\n');
    const [, command = ''] = /^\d+ \d+ \* \* \* (.*)$/.exec(line) ?? [];
    // cron ends the command at the first bare % and removes the backslash of the others.
    const [untilPercent = ''] = command.split(/(?<!\\)%/);
    const run = spawnSync('/bin/sh', ['-c', untilPercent.replaceAll('\\%', '%')], {
      cwd: '/',
      env: { HOME: '/', SHELL: '/bin/sh', PATH: path.replace(/^PATH=/, '') },
      encoding: 'utf8',
    });
    assert.equal(run.status, 0, run.stderr);
    assert.match(await checkout.sh('ls backups'), /^\d{4}-\d\d-\d\d-\d{4}\.db\n$/);
  });

  it('has a copy command that fills another store', async () => {
    await using checkout = new SampleCheckout();
    await checkout.sh('bin/guildhall migrate && echo file:./data/new.db > new-store');
    await checkout.sh(sample('docs/operations.md', 'sh', 'guildhall copy --from file:'));
  });

  itWith('nginx', has('nginx', '-v'), 'has a configuration that nginx accepts', async () => {
    await using checkout = new SampleCheckout();
    const { folder } = checkout;
    await checkout.sh(
      'openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=guild.example -keyout key.pem -out cert.pem 2>/dev/null',
    );
    const site = only(samplesOf('docs/operations.md', 'nginx'))
      .replace('/etc/ssl/guild.pem', join(folder, 'cert.pem'))
      .replace('/etc/ssl/guild.key', join(folder, 'key.pem'));
    writeFileSync(join(folder, 'nginx.conf'), `pid ${folder}/nginx.pid;\nevents {}\nhttp {\n${site}}\n`);
    const { status, stderr } = spawnSync('nginx', ['-t', '-c', join(folder, 'nginx.conf')], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });

  itWith('Caddy', has('caddy', 'version'), 'has a configuration that Caddy accepts', () => {
    const input = only(samplesOf('docs/operations.md', 'caddyfile'));
    const { status, stderr } = spawnSync('caddy', ['adapt', '--adapter', 'caddyfile', '--config', '-'], {
      input,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  });
});
