import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PROBLEMS } from '../../src/adapters/driving/http/errors/catalogue.ts';
import { SETTINGS, type SettingName } from '../../src/composition/config/settings.ts';
import { SCOPES } from '../../src/domain/access/scope.ts';
import { THROTTLE_POLICIES } from '../../src/domain/throttle/throttle-policy.ts';
import { startTestApp } from '../http/test-app.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}/${path}`, 'utf8');
const security = read('docs/security.md');

const sectionOf = (page: string, heading: string): string => {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0];
  assert.ok(section !== undefined, heading);
  return section;
};

/** Rows of the last table of a section that begins with this head, cell by cell, as they are in the page. */
const rowsOf = (section: string, head: string): string[][] => {
  const table = section.split(`| ${head} |`)[1]?.split('\n\n')[0] ?? '';
  return table
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
};

const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
const placesIn = (cell: string): string[] => [...cell.matchAll(/\]\(\.\.\/([^)#]*)\)/g)].map(([, place = '']) => place);

const production = globSync(['{src,migrations}/**/*.ts'], { cwd: ROOT, exclude: ['**/*.test.ts'] }).map((path) => ({
  path,
  text: read(path),
}));
const filesWith = (pattern: RegExp): string[] =>
  production.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
const isIn = (path: string, places: readonly string[]): boolean =>
  places.some((place) => path === place || path.startsWith(`${place}/`));
/** Whether a number, or a product of numbers that gives it, stands in one of these places. */
const literalsIn = (places: readonly string[]): ReadonlySet<number> => {
  const text = production.filter(({ path }) => isIn(path, places)).map((file) => file.text);
  const products = text.join('\n').matchAll(/(?<![\w.])\d[\d_]*(?: \* \d[\d_]*)*/g);
  return new Set(
    [...products].map(([found]) =>
      found.split(' * ').reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1),
    ),
  );
};

/** Addresses of pages, for links: nothing connects to them. */
const OWN_ADDRESSES = ['PUBLIC_URL', 'RESET_URL'];

const isSetting = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name);
const assertKnown = (names: readonly string[]): void => {
  const limits = new Set<string>(Object.values(THROTTLE_POLICIES).map(({ name }) => name));
  for (const name of names) {
    const isKnown = isSetting(name) || limits.has(name) || Object.hasOwn(PROBLEMS, name) || name.startsWith('--');
    assert.ok(isKnown || /^(\/|pair\.)/.test(name), `${name} is no setting, limit or code`);
  }
};

describe('the sections of docs/security.md', () => {
  const upstreams = rowsOf(
    sectionOf(security, 'Upstream services'),
    'service | setting | connections of a process | time limits | retries | when it is full or fails | code',
  );

  it('ASVS 13.1.1: list every service that the code connects to, with its setting', () => {
    const places = upstreams.flatMap((row) => placesIn(row[6] ?? ''));
    for (const place of places) assert.ok(existsSync(`${ROOT}/${place}`), place);
    // What opens connections: clients and drivers, and the sockets of Node.
    const connecting = filesWith(
      /from '(undici|nodemailer|pg|better-sqlite3|node:tls|node:dgram|node:http2|node:https)'|new UpstreamClient\(|\bcreateConnection\(|(?<![.\w#])fetch\(/,
    ).filter((path) => !['upstreams/upstream-client.ts', 'wiring/upstreams.ts'].some((end) => path.endsWith(end)));
    assert.ok(connecting.length >= 8, 'these checks find the code');
    for (const path of connecting) assert.ok(isIn(path, places), `${path} connects to a service that is not listed`);
    const settings = Object.entries(SETTINGS).filter(
      ([name, { docs }]) => !OWN_ADDRESSES.includes(name) && (/_URL$/.test(name) || /base URL/i.test(docs)),
    );
    const listed = new Set(upstreams.flatMap((row) => quoted(row[1] ?? '')));
    for (const [name] of settings) assert.ok(listed.has(name), name);
    assertKnown([...listed]);
  });

  it('ASVS 13.1.2 and 13.1.3: state connections, times, retries and failures of each as they are', () => {
    for (const [service = '', , ...cells] of upstreams) {
      assert.ok(
        cells.every((cell) => cell !== ''),
        service,
      );
      const literals = literalsIn(placesIn(cells.at(-1) ?? ''));
      const stated = cells.slice(0, -1).join(' | ');
      for (const [number] of stated.replaceAll(/`[^`]*`/g, '').matchAll(/\b\d+\b/g)) {
        if (Number(number) <= 1 || number === '503') continue;
        assert.ok(literals.has(Number(number)), `${service}: ${number} stands nowhere in its code`);
      }
      assertKnown(quoted(stated));
    }
  });

  it('ASVS 15.1.3: list costly work with limits that exist', () => {
    const rows = rowsOf(sectionOf(security, 'Costly work'), 'work | limit | above it');
    assert.ok(rows.length >= 8);
    const named = new Set(rows.flatMap((row) => quoted(row.join(' '))));
    assertKnown([...named]);
    const limiting = Object.keys(SETTINGS).filter((name) =>
      /(_LIMIT|_IN_FLIGHT|_CONCURRENCY|_QUEUE|UPSTREAM_\w+)$/.test(name),
    );
    assert.ok(limiting.length >= 7);
    for (const name of limiting) assert.ok(named.has(name), `${name} limits something that is not listed`);
  });

  it('ASVS 15.1.4: name every package with native code or an install script', () => {
    const section = sectionOf(security, 'Libraries with native code or parsers');
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dev?: boolean; hasInstallScript?: boolean; cpu?: string[]; gypfile?: boolean }>;
    };
    const native = Object.entries(packages).filter(
      ([path, { dev, hasInstallScript, gypfile }]) => path !== '' && !dev && (hasInstallScript || gypfile),
    );
    const dependencies = Object.keys(JSON.parse(read('package.json')).dependencies as object);
    // Its binaries are in the package itself, or packages for one processor each.
    const split = dependencies.filter(
      (name) =>
        globSync(`node_modules/${name}/**/*.node`, { cwd: ROOT }).length > 0 ||
        Object.entries(packages).some(
          ([path, { cpu }]) => cpu !== undefined && path.startsWith(`node_modules/${name}-`),
        ),
    );
    const names = [...native.map(([path]) => path.replace(/^.*node_modules\//, '')), ...split];
    assert.ok(names.length >= 3, names.join());
    for (const name of names) assert.ok(section.includes(`\`${name}\``), name);
    for (const name of quoted(section).filter((word) => /^[@a-z]/.test(word))) {
      assert.ok(dependencies.includes(name), `${name} is no dependency`);
    }
  });

  it('ASVS 15.1.5: list the dangerous parts of the code, and no others exist', () => {
    const rows = rowsOf(sectionOf(security, 'Dangerous parts of the code'), 'part | why it is safe | where');
    const none = /from 'node:(child_process|vm|inspector|repl)'|\beval\(|new Function\(|new RegExp\(/;
    assert.deepEqual(filesWith(none), []);
    const parts: Readonly<Record<string, RegExp>> = {
      'SQL that is not built by Kysely': /\bsql\.(raw|lit)\(|\.pragma\(|CompiledQuery\.raw\(/,
      'JSON of requests': /'secure-json-parse'/,
      decompression: /'node:zlib'/,
      'built-in modules by name': /getBuiltinModule\(/,
      processes: /import\('node:cluster'\)|from 'node:cluster'/,
      threads: /from 'node:worker_threads'/,
      'priority of threads': /\bsetPriority\(/,
      'files are removed or replaced':
        /\b(rmSync|unlinkSync|renameSync)\(|import \{[^}]*\b(rm|unlink|rename)\b[^}]*\} from 'node:fs\/promises'/,
      'a caller with all scopes': /\bCaller\.(system|root)\b/,
    };
    for (const [part, pattern] of Object.entries(parts)) {
      const places = placesIn(rows.find(([name]) => name === part)?.[2] ?? assert.fail(part));
      const found = filesWith(pattern);
      assert.ok(found.length > 0, `${part}: these checks find the code`);
      for (const path of found) assert.ok(isIn(path, places), `${path}: ${part}`);
      for (const place of places)
        assert.ok(
          found.some((path) => isIn(path, [place])),
          `${place}: ${part}`,
        );
    }
  });

  it('ASVS 6.1.3: list every pathway of authentication with limits that exist', async () => {
    const section = sectionOf(security, 'Authentication pathways');
    const rows = rowsOf(section, 'credential | sent to | begins a session | strength | limits');
    await using app = await startTestApp();
    const { paths, components } = (await app.app.documentation()).swagger() as unknown as {
      paths: Record<string, Record<string, { responses: Record<string, { headers?: object }> }>>;
      components: { securitySchemes: Record<string, { description?: string }> };
    };
    const beginning = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { responses }]) =>
          Object.values(responses).some(({ headers }) => Object.hasOwn(headers ?? {}, 'Set-Cookie')),
        )
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    const listed = rows.filter(([, , begins]) => begins === 'yes').flatMap(([, routes = '']) => quoted(routes));
    assert.deepEqual(listed.toSorted(), beginning.toSorted());
    const schemes = { session: 'session token', bearer: 'bearer token', licenseKey: 'scheme `License`' };
    assert.deepEqual(Object.keys(components.securitySchemes).toSorted(), Object.keys(schemes).toSorted());
    for (const words of Object.values(schemes))
      assert.ok(
        rows.some(([credential]) => credential?.includes(words)),
        words,
      );
    const limits = rows.flatMap((row) => quoted(row[4] ?? ''));
    assertKnown(limits);
    const guesses = Object.values(THROTTLE_POLICIES).filter((policy) => 'onGuesses' in policy);
    for (const { name } of guesses) assert.ok(limits.includes(name), name);
  });

  it('ASVS 8.1.2: list who reads and writes each field of an account and of a license', async () => {
    const rows = rowsOf(sectionOf(security, 'Fields'), 'record | field | read by | written by');
    await using app = await startTestApp();
    const { schemas } = (
      (await app.app.documentation()).swagger() as unknown as {
        components: { schemas: Record<string, { properties: Record<string, unknown> }> };
      }
    ).components;
    const fieldsOf = (record: string, only: (writers: string) => boolean = () => true): string[] =>
      rows
        .filter(([name, , , writers = '']) => name === record && only(writers))
        .flatMap(([, fields = '']) => quoted(fields))
        .toSorted();
    const propertiesOf = (name: string): string[] => Object.keys(schemas[name]?.properties ?? {}).toSorted();
    assert.deepEqual(fieldsOf('account'), propertiesOf('UserRecord'));
    assert.deepEqual(fieldsOf('license'), propertiesOf('License'));
    const isPatched = (writers: string) => /^(self(,| with)|`licenses:write`;)/.test(writers);
    const written = (record: string) => fieldsOf(record, isPatched).filter((name) => name !== 'activations');
    const credentials = ['current_password', 'new_password', 'password', 'code'];
    assert.deepEqual(
      written('account'),
      propertiesOf('UserChange').filter((name) => !credentials.includes(name)),
    );
    assert.deepEqual(written('license'), propertiesOf('LicenseChange'));
    for (const scope of rows.flatMap((row) => quoted(`${row[2]} ${row[3]}`)).filter((name) => name.includes(':'))) {
      assert.ok((SCOPES as readonly string[]).includes(scope), scope);
    }
  });

  it('ASVS 14.1.2: state what each class of stored data takes', () => {
    const section = sectionOf(security, 'Stored data');
    const stored = rowsOf(section, 'data | table | retention | class').flatMap(([, , , classes = '']) =>
      classes.split('; '),
    );
    const rows = rowsOf(
      sectionOf(security, 'Protection of each class'),
      'class | at rest | integrity | in transit | in logs | read by | deleted',
    );
    const known = new Set(rows.map(([name]) => name));
    for (const name of new Set(stored.flatMap((text) => (known.has(text) ? [text] : text.split(/, (?=personal)/))))) {
      assert.ok(known.has(name), `the class "${name}" has no requirements`);
    }
    for (const name of known)
      assert.ok(
        stored.some((text) => text.includes(name ?? '-')),
        `no data is of "${name}"`,
      );
    for (const row of rows) assert.ok(row.length === 7 && row.every((cell) => cell !== ''), row[0]);
  });

  it('ASVS 2.1.2: list every rule between fields, in the words of its error', () => {
    const rows = rowsOf(sectionOf(security, 'Rules between fields'), 'subject | rule').map(([, rule = '']) => rule);
    const inWords = (template: string): string =>
      template
        .replace(/\$\{'(\w+)'\}/g, (_, name: string) => `\`${name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}\``)
        .replace(/ \$\{\w+\}/g, '');
    const messages = production
      .filter(({ path }) => path.startsWith('src/domain/'))
      .flatMap(({ text }) => [...text.matchAll(/message`([^`]*)`/g)].map(([, template = '']) => inWords(template)));
    const between = messages.filter((sentence) => new Set(quoted(sentence)).size > 1);
    assert.ok(between.length >= 4, between.join('\n'));
    for (const sentence of between) {
      const [start = ''] = sentence.split(/ for |:/);
      assert.ok(
        rows.some((rule) => rule.startsWith(start.replace(/\.$/, ''))),
        sentence,
      );
    }
    const all = production.map(({ text }) => inWords(text)).join('\n');
    for (const rule of rows.filter((text) => text.endsWith('.') && !text.startsWith('`length`'))) {
      assert.ok(all.includes(rule), `no error says: ${rule}`);
    }
  });
});

describe('Keys and secrets of docs/operations.md', () => {
  const rows = rowsOf(
    sectionOf(read('docs/operations.md'), 'Keys and secrets'),
    'secret | made by, known to | change it | to change it | impact',
  );

  it('ASVS 11.1.1 and 13.1.4: list every secret setting: its maker, its holders and when and how it is changed', () => {
    const listed = rows.flatMap(([secret = '']) => quoted(secret));
    const secrets = Object.entries(SETTINGS).filter(([, setting]) => 'secret' in setting && setting.secret);
    assert.ok(secrets.length >= 12);
    assert.deepEqual(listed.toSorted(), secrets.map(([name]) => name).toSorted());
    for (const row of rows) {
      const [secret = '', holders = '', schedule = '', how = ''] = row;
      assert.ok(row.length === 5 && how !== '', secret);
      assert.match(holders, /;/, `${secret}: maker and holders`);
      assert.match(schedule, /year|days|after a leak|before its end/, `${secret}: when`);
    }
    // Keys that the service makes and stores: none that the table leaves out.
    const stored = rowsOf(sectionOf(security, 'Stored data'), 'data | table | retention | class');
    const encrypted = stored.filter((row) => row[3]?.includes('encrypted')).map(([, table]) => table);
    assert.deepEqual(encrypted, ['`second_factors`', '`signing_keys`']);
    for (const words of ['the signing key', 'an API token', 'all sessions']) {
      assert.ok(
        rows.some(([secret]) => secret?.includes(words)),
        words,
      );
    }
  });
});
