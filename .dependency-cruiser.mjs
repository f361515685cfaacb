/**
 * Import rules. Each comment tells a contributor how to resolve a violation.
 * Each rule has a canary in test/architecture/boundaries.test.ts.
 */
const production = { pathNot: '[.]test[.]ts$' };

/** Folders of the HTTP adapter and of the composition; each may import those before it. */
const HTTP_LAYERS = ['errors', 'request', 'security', 'observability', 'openapi', 'resources', 'server'];
const COMPOSITION_LAYERS = ['config', 'wiring', 'runtime', 'cli'];

/** One rule for each layer but the last, which may import all others. */
const downwards = (name, folder, layers) =>
  layers.slice(0, -1).map((layer, index) => ({
    name: `${name}-${layer}-imports-downwards`,
    comment: `The folders of ${name} import in one direction: ${layers.join(' <- ')}. Move code that both need to the left.`,
    severity: 'error',
    from: { path: `^${folder}/${layer}/`, ...production },
    to: { path: `^${folder}/(${layers.slice(index + 1).join('|')})/` },
  }));

export default {
  forbidden: [
    {
      name: 'domain-imports-itself-only',
      comment: 'The domain imports only itself: no package, no node:. Pass what it needs as an argument.',
      severity: 'error',
      from: { path: '^src/domain/', ...production },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'ports-import-the-domain-only',
      comment: 'A port uses types of the domain. A type of a library belongs in the adapter that implements the port.',
      severity: 'error',
      from: { path: '^src/ports/', ...production },
      to: { pathNot: '^src/(domain|ports)/' },
    },
    {
      name: 'application-imports-the-core-only',
      comment:
        'A use case imports domain and ports. Declare what it needs as a port; the composition passes the adapter.',
      severity: 'error',
      from: { path: '^src/application/', ...production },
      to: { pathNot: '^src/(domain|ports|application)/' },
    },
    {
      name: 'core-tests-use-no-database',
      comment:
        '`npm run check` runs the tests of the core in seconds, without a database. What needs one belongs in test/contracts.',
      severity: 'error',
      from: { path: '^src/(domain|application)/.*[.]test[.]ts$' },
      to: { path: '^(src/adapters/driven/kysely|test/postgres)/', reachable: true },
    },
    {
      name: 'driven-adapters-import-no-use-case',
      comment:
        'Use cases call driven adapters through ports. A decision that needs a use case belongs in that use case.',
      severity: 'error',
      from: { path: '^src/adapters/driven/', ...production },
      to: { path: '^src/application/' },
    },
    {
      name: 'driving-adapters-import-no-driven-adapter',
      comment: 'Routes and commands reach a store only through a use case.',
      severity: 'error',
      from: { path: '^src/adapters/driving/', ...production },
      to: { path: '^src/adapters/driven/' },
    },
    {
      name: 'adapters-import-no-other-adapter',
      comment:
        'An adapter knows one technology. A rule that two of them need belongs in the domain; other code is repeated.',
      severity: 'error',
      from: {
        path: '^src/adapters/(dri[^/]+/[^/]+)/',
        pathNot: '^src/adapters/driving/(cli|pages)/|[.]test[.]ts$',
      },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'commands-share-the-presenters',
      comment: 'A command prints the JSON that the API returns. All else that the two need is a use case: call that.',
      severity: 'error',
      from: { path: '^src/adapters/driving/cli/', ...production },
      to: {
        path: '^src/adapters/',
        pathNot: '^src/adapters/driving/(cli/|http/resources/[^/]+/presenter[.]ts$)',
      },
    },
    {
      name: 'pages-share-the-edge-only',
      comment:
        'Pages share with the API how a request is read and authenticated, and its errors. What an API route does is a use case: call that.',
      severity: 'error',
      from: { path: '^src/adapters/driving/pages/', ...production },
      to: {
        path: '^src/adapters/',
        pathNot: '^src/adapters/driving/(pages|http/(errors|request|security))/',
      },
    },
    {
      name: 'pages-of-a-subject-stand-alone',
      comment: 'The pages of one subject know nothing of those of another. What both need belongs in pages/common.',
      severity: 'error',
      from: { path: '^src/adapters/driving/pages/([^/]+)/', ...production },
      to: { path: '^src/adapters/driving/pages/', pathNot: '^src/adapters/driving/pages/($1|common)/' },
    },
    {
      name: 'pages-hold-no-rule',
      comment:
        'A page shows what a use case returns. A decision about the subject is a rule: it belongs in the domain.',
      severity: 'error',
      from: { path: '^src/adapters/driving/pages/', ...production },
      to: {
        path: '^src/(ports|domain)/',
        pathNot: '^src/domain/(shared|access)/|-id[.]ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'composition-is-imported-by-entry-points-only',
      comment: 'Take dependencies in the constructor. Only src/composition imports the container.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(composition/|main[.]ts$|cli[.]ts$)|[.]test[.]ts$' },
      to: { path: '^src/composition/|node_modules/(tsyringe|reflect-metadata)/' },
    },
    {
      name: 'entry-points-only-start',
      comment:
        'main.ts and cli.ts start, stop and set the exit code. Move the rest to composition or a driving adapter.',
      severity: 'error',
      from: { path: '^src/(main|cli)[.]ts$' },
      to: { pathNot: '^src/(composition|adapters/driving)/' },
    },
    {
      name: 'migrations-import-each-other-only',
      comment:
        'A released migration never changes, so it imports nothing that may: only kysely, other migrations, and node:url for domain names.',
      severity: 'error',
      from: { path: '^migrations/', ...production },
      to: { pathNot: '^migrations/|node_modules/kysely/|^(node:)?url$' },
    },
    {
      name: 'migrations-are-run-by-the-store-only',
      comment: 'Only the kysely adapter and the composition import migrations. Use the StoreHealth port instead.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(adapters/driven/kysely|composition)/|[.]test[.]ts$' },
      to: { path: '^migrations/' },
    },
    {
      name: 'repositories-import-no-database',
      comment: 'A repository runs on every database. Code for one of them belongs in kysely/sqlite or kysely/postgres.',
      severity: 'error',
      from: { path: '^src/adapters/driven/kysely/repositories/', ...production },
      to: { path: '^src/adapters/driven/kysely/(sqlite|postgres|maintenance)/|node_modules/(better-sqlite3|pg)/' },
    },
    {
      name: 'production-never-imports-tests',
      comment: 'The image contains no tests. Code that production needs belongs in src.',
      severity: 'error',
      from: { path: '^(src|migrations)/', ...production },
      to: { path: '^(test|features)/|[.]test[.]ts$' },
    },
    {
      name: 'production-uses-declared-packages',
      comment: 'The image has no devDependencies, so this import fails there. Declare the package under dependencies.',
      severity: 'error',
      from: { path: '^(src|migrations)/', ...production },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'], dependencyTypesNot: ['type-only'] },
    },
    ...downwards('http', 'src/adapters/driving/http', HTTP_LAYERS),
    ...downwards('composition', 'src/composition', COMPOSITION_LAYERS),
    {
      name: 'no-cycles',
      comment: 'Merge two files that import each other, or move what both need to a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
