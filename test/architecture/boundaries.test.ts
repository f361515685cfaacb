import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const CHECKED = ['src', 'migrations'];

/** With fewer, the tool has not read the TypeScript files. */
const MIN_MODULES = 40;

type Cruise = { rules: string[]; read: string[]; broken: string[] };

const cruise = (cwd: string): Cruise => {
  const tool = join(ROOT, 'node_modules/.bin/depcruise');
  const args = [tool, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...CHECKED];
  const run = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 64e6 });
  assert.equal(run.error, undefined);
  assert.notEqual(run.stdout, '', run.stderr);
  const { modules, summary } = JSON.parse(run.stdout) as {
    modules: { source: string }[];
    summary: {
      ruleSetUsed: { forbidden: { name: string }[] };
      violations: { rule: { name: string }; from: string; to: string }[];
    };
  };
  return {
    rules: summary.ruleSetUsed.forbidden.map(({ name }) => name),
    read: modules.map(({ source }) => source).filter((source) => /^(src|migrations)\//.test(source)),
    broken: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
  };
};

const HTTP = 'src/adapters/driving/http';
const PAGES = 'src/adapters/driving/pages';
const HTTP_LAYERS = ['errors', 'request', 'security', 'observability', 'openapi', 'resources', 'server'];
const COMPOSITION = 'src/composition';
const COMPOSITION_LAYERS = ['config', 'wiring', 'runtime', 'cli'];

const upwards = (name: string, folder: string, layers: readonly string[]) =>
  Object.fromEntries(
    layers
      .slice(0, -1)
      .map((layer, index) => [
        `${name}-${layer}-imports-downwards`,
        layers
          .slice(index + 1)
          .map((upper): [string, string] => [
            `${folder}/${layer}/canary-${upper}.ts`,
            `import type {} from '../${upper}/canary.ts';`,
          ]),
      ]),
  );

const targetsIn = (folder: string, layers: readonly string[]) =>
  Object.fromEntries(layers.map((layer) => [`${folder}/${layer}/canary.ts`, 'export {};']));

/** One forbidden import per rule, or more where a rule has several edges. */
const CANARIES: Record<string, [file: string, source: string][]> = {
  'domain-imports-itself-only': [
    ['src/domain/canary-node.ts', "import 'node:fs';"],
    ['src/domain/canary-port.ts', "import type {} from '../ports/canary.ts';"],
  ],
  'ports-import-the-domain-only': [['src/ports/canary.ts', "import type {} from '../application/canary.ts';"]],
  'application-imports-the-core-only': [
    ['src/application/canary.ts', "import type {} from '../adapters/driven/canary/canary.ts';"],
  ],
  'core-tests-use-no-database': [['src/application/canary.test.ts', "import '../../test/canary-stores.ts';"]],
  'driven-adapters-import-no-use-case': [
    ['src/adapters/driven/canary/canary.ts', "import '../../../application/canary.ts';"],
  ],
  'driving-adapters-import-no-driven-adapter': [
    ['src/adapters/driving/canary.ts', "import type {} from '../driven/canary/canary.ts';"],
  ],
  'adapters-import-no-other-adapter': [
    ['src/adapters/driven/canary-two/canary.ts', "import type {} from '../canary/canary.ts';"],
    ['src/adapters/driving/canary-two/canary.ts', "import type {} from '../canary-three/canary.ts';"],
  ],
  'commands-share-the-presenters': [
    ['src/adapters/driving/cli/canary.ts', "import type {} from '../http/resources/canary.ts';"],
  ],
  'pages-share-the-edge-only': [
    [`${PAGES}/canary.ts`, "import type {} from '../http/resources/canary.ts';"],
    [`${PAGES}/common/canary.ts`, "import type {} from '../../http/server/canary.ts';"],
  ],
  'pages-of-a-subject-stand-alone': [
    [`${PAGES}/canary-two/canary.ts`, "import type {} from '../canary-one/canary.ts';"],
    [`${PAGES}/common/canary-up.ts`, "import type {} from '../canary-one/canary.ts';"],
  ],
  'pages-hold-no-rule': [[`${PAGES}/canary-rule.ts`, "import '../../../domain/license/canary.ts';"]],
  'composition-is-imported-by-entry-points-only': [
    ['src/adapters/driving/canary-three/canary.ts', "import type {} from '../../../composition/canary.ts';"],
    ['src/adapters/driving/canary-four/canary.ts', "import { container } from 'tsyringe'; export { container };"],
  ],
  'entry-points-only-start': [
    ['src/main.ts', "import './adapters/driven/canary/canary.ts';"],
    ['src/cli.ts', "import './application/canary.ts';"],
  ],
  'migrations-import-each-other-only': [
    ['migrations/canary-node.ts', "import 'node:fs';"],
    ['migrations/canary-domain.ts', "import type {} from '../src/domain/canary-node.ts';"],
  ],
  'migrations-are-run-by-the-store-only': [
    ['src/adapters/driving/canary-five/canary.ts', "import '../../../../migrations/canary-node.ts';"],
  ],
  'repositories-import-no-database': [
    ['src/adapters/driven/kysely/repositories/canary-sqlite.ts', "import '../sqlite/canary.ts';"],
    ['src/adapters/driven/kysely/repositories/canary-postgres.ts', "import '../postgres/canary.ts';"],
  ],
  'production-never-imports-tests': [
    ['src/domain/canary-test.ts', "import '../../test/canary.ts';"],
    ['src/ports/canary-test.ts', "import './canary.test.ts';"],
  ],
  'production-uses-declared-packages': [
    ['src/composition/canary.ts', "import fc from 'fast-check'; export { fc };"],
    ['src/composition/canary-missing.ts', "import 'no-such-package';"],
  ],
  ...upwards('http', HTTP, HTTP_LAYERS),
  ...upwards('composition', COMPOSITION, COMPOSITION_LAYERS),
  'no-cycles': [['src/application/canary-egg.ts', "import './canary-hen.ts';"]],
};

/** Files that canaries import. */
const CANARY_TARGETS: Record<string, string> = {
  'src/adapters/driven/kysely/sqlite/canary.ts': 'export {};',
  'src/adapters/driven/kysely/postgres/canary.ts': 'export {};',
  'test/canary.ts': 'export {};',
  'test/canary-stores.ts': "import '../src/adapters/driven/kysely/canary.ts';",
  'src/domain/license/canary.ts': 'export {};',
  [`${PAGES}/canary-one/canary.ts`]: 'export {};',
  'src/application/canary-hen.ts': "import './canary-egg.ts';",
  ...targetsIn(HTTP, HTTP_LAYERS),
  ...targetsIn(COMPOSITION, COMPOSITION_LAYERS),
};

/** Allowed imports that are close to a rule. */
const ALLOWED: Record<string, string> = {
  'src/ports/canary.test.ts': "import 'node:test'; import 'fast-check';",
  'src/adapters/driven/kysely/canary.ts': "import '../../../../migrations/canary-kysely.ts';",
  'migrations/canary-kysely.ts': "import 'kysely';",
  [`${PAGES}/canary-edge.ts`]:
    "import type {} from '../http/security/canary.ts'; import type {} from '../../../domain/license/canary.ts';",
  'src/composition/canary-type.ts': "import type {} from 'fast-check';",
};

describe('Dependency rules', () => {
  it('hold in src and migrations, and every file was read', () => {
    const { read, broken } = cruise(ROOT);
    assert.deepEqual(broken, []);
    const onDisk = CHECKED.flatMap((root) => globSync(`${root}/**/*.{js,ts}`, { cwd: ROOT }));
    assert.deepEqual(read.sort(), onDisk.sort());
    assert.ok(read.length >= MIN_MODULES, `only ${read.length} modules were read: is the TypeScript reader missing?`);
  });
});

describe('Canaries', () => {
  let tree: string;
  let rules: string[];
  let broken: string[];

  before(() => {
    // A copy, because other tests read the real tree at the same time.
    tree = mkdtempSync(join(tmpdir(), 'guildhall-canaries-'));
    for (const part of [...CHECKED, 'package.json', 'tsconfig.json', '.dependency-cruiser.mjs']) {
      cpSync(join(ROOT, part), join(tree, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'), 'dir');
    const files = [...Object.values(CANARIES).flat(), ...Object.entries(CANARY_TARGETS), ...Object.entries(ALLOWED)];
    for (const [file, source] of files) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), source);
    }
    ({ rules, broken } = cruise(tree));
  });

  after(() => rmSync(tree, { recursive: true }));

  it('exist for every rule', () => {
    assert.deepEqual(Object.keys(CANARIES), rules);
  });

  for (const [rule, canaries] of Object.entries(CANARIES)) {
    for (const [file] of canaries) {
      it(`violate ${rule} in ${file}`, () => {
        const isReported = broken.some((breach) => breach.startsWith(`${rule}: ${file} -> `));
        assert.ok(isReported, `Not among:\n${broken.join('\n')}`);
      });
    }
  }

  it('are the only files reported: allowed imports pass', () => {
    const reported = broken.filter((breach) => Object.keys(ALLOWED).some((file) => breach.includes(`: ${file} -> `)));
    assert.deepEqual(reported, []);
  });
});
