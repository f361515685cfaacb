/**
 * Import rules. Each comment tells a contributor how to resolve a violation.
 * Each rule has a canary in test/architecture/boundaries.test.ts.
 */
const production = { pathNot: '[.]test[.]ts$' };

/** Folders of the HTTP adapter; each may import those before it. */
const HTTP_LAYERS = ['errors', 'request', 'security', 'observability', 'openapi', 'resources', 'server'];

export default {
  forbidden: [
    {
      name: 'domain-stands-alone',
      comment: 'The domain imports only itself: no package, no node:. Hand in what it needs as an argument.',
      severity: 'error',
      from: { path: '^src/domain/', ...production },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'ports-speak-domain',
      comment: 'A port speaks domain words. A type of a vendor belongs in the adapter that keeps the promise.',
      severity: 'error',
      from: { path: '^src/ports/', ...production },
      to: { pathNot: '^src/(domain|ports)/' },
    },
    {
      name: 'application-uses-core-only',
      comment: 'A use case sees domain and ports. Name the need as a port and let the composition hand it in.',
      severity: 'error',
      from: { path: '^src/application/', ...production },
      to: { pathNot: '^src/(domain|ports|application)/' },
    },
    {
      name: 'driven-adapters-never-call-us',
      comment: 'A driven adapter is called by us. What it decides with a use case belongs in that use case.',
      severity: 'error',
      from: { path: '^src/adapters/driven/', ...production },
      to: { path: '^src/application/' },
    },
    {
      name: 'driving-never-imports-driven',
      comment: 'Routes and commands reach a store only through a use case.',
      severity: 'error',
      from: { path: '^src/adapters/driving/', ...production },
      to: { path: '^src/adapters/driven/' },
    },
    {
      name: 'adapters-do-not-meet',
      comment: 'An adapter knows one technology. What two of them share is either a rule (domain) or a coincidence.',
      severity: 'error',
      from: {
        path: '^src/adapters/(dri[^/]+/[^/]+)/',
        pathNot: '^src/adapters/driving/pages/|[.]test[.]ts$',
      },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
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
      name: 'only-composition-composes',
      comment: 'Take what you need in the constructor. The container is known to src/composition alone.',
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
      name: 'migrations-stand-alone',
      comment:
        'A released migration never changes, so it may lean on nothing that does: kysely, its neighbours, and node:url for domain names.',
      severity: 'error',
      from: { path: '^migrations/', ...production },
      to: { pathNot: '^migrations/|node_modules/kysely/|^(node:)?url$' },
    },
    {
      name: 'migrations-belong-to-the-store',
      comment: 'Only the kysely adapter and the composition run migrations. Ask the StoreHealth port instead.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(adapters/driven/kysely|composition)/|[.]test[.]ts$' },
      to: { path: '^migrations/' },
    },
    {
      name: 'repositories-know-no-database',
      comment:
        'A repository runs on every database. What only one of them does belongs in kysely/sqlite or kysely/postgres.',
      severity: 'error',
      from: { path: '^src/adapters/driven/kysely/repositories/', ...production },
      to: { path: '^src/adapters/driven/kysely/(sqlite|postgres|maintenance)/|node_modules/(better-sqlite3|pg)/' },
    },
    {
      name: 'production-never-imports-tests',
      comment: 'The image holds no tests. What production needs must live in src.',
      severity: 'error',
      from: { path: '^(src|migrations)/', ...production },
      to: { path: '^(test|features)/|[.]test[.]ts$' },
    },
    {
      name: 'production-uses-declared-packages',
      comment:
        'The image has no devDependencies: this import works here at best, and fails there. Declare the package.',
      severity: 'error',
      from: { path: '^(src|migrations)/', ...production },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'], dependencyTypesNot: ['type-only'] },
    },
    ...HTTP_LAYERS.slice(0, -1).map((layer, index) => ({
      name: `http-${layer}-imports-downwards`,
      comment: `The folders of http import in one direction: ${HTTP_LAYERS.join(' <- ')}. Move what both need to the left.`,
      severity: 'error',
      from: { path: `^src/adapters/driving/http/${layer}/`, ...production },
      to: { path: `^src/adapters/driving/http/(${HTTP_LAYERS.slice(index + 1).join('|')})/` },
    })),
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or a third one is missing.',
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
