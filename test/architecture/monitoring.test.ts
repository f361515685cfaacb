import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { PrometheusMetrics } from '../../src/adapters/driven/prometheus/prometheus-metrics.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Metrics of others that an alert needs. */
const FOREIGN: Readonly<Record<string, string>> = {
  up: 'Prometheus itself, for each scrape',
  node_filesystem_avail_bytes: 'node_exporter on the machine of the store',
  node_filesystem_size_bytes: 'node_exporter on the machine of the store',
};

/** Labels that Prometheus adds, and those of a histogram and of a worker. */
const COMMON_LABELS = ['job', 'instance', 'le', 'worker'];

const exported = async (): Promise<Map<string, Set<string>>> => {
  const metrics = new PrometheusMetrics();
  metrics.watchHashing({ active: 0, waiting: 0 });
  metrics.watchRequests({ count: 0 });
  metrics.observeRequest({ method: 'GET', route: '/profile', status: 200, seconds: 0.01 });
  metrics.countRejected('connection.too-many');
  metrics.observeQuery('select', 1);
  metrics.countEmails('sent', 1);
  metrics.observeUnsealed(1);
  metrics.observeCall({ service: 'GitHub', result: '2xx', seconds: 0.1 });
  metrics.observeQuota({ service: 'GitHub', quota: 'core', remaining: 60 });
  metrics.observeCircuit({ service: 'GitHub', isOpen: false });
  const { text } = await metrics.render();
  const samples = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_]\w*)(?:\{(.*)\})? \S+$/gm)) {
    const known = samples.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    samples.set(name, known);
  }
  return samples;
};

type Selector = Readonly<{ metric: string; labels: readonly string[] }>;

/** The metrics in a PromQL expression, each with the labels that its selector or a `by` clause names. */
const selectorsOf = (expression: string): Selector[] => {
  const bare = expression.replaceAll(/"[^"]*"/g, '""').replaceAll(/\[[^\]]*\]/g, '');
  const grouped = [...bare.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/,\s*/));
  const selectors = [
    ...bare.replaceAll(/\b(?:by|on) \([^)]*\)/g, ' ').matchAll(/\b([a-z]\w*)\b(?!\s*\()(?:\{([^}]*)\})?/g),
  ];
  return selectors
    .filter(([, name = '']) => !['unless', 'and', 'or', 'sum', 'min', 'max'].includes(name))
    .map(([, metric = '', inner = '']) => ({
      metric,
      labels: [...[...inner.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label), ...grouped],
    }));
};

type Rules = {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string; description: string } }[] }[];
};
type Dashboard = {
  panels: { title: string; targets: { expr: string }[] }[];
  templating: { list: { query: unknown }[] };
};

const rules = (parse(read('deploy/prometheus/alerts.yml')) as Rules).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('deploy/grafana/guildhall.json')) as Dashboard;

const EXPRESSIONS = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
];

describe('deploy/prometheus/alerts.yml and deploy/grafana/guildhall.json', async () => {
  const metrics = await exported();

  it('are read by this test', () => {
    assert.deepEqual(selectorsOf('sum by (a, le) (rate(x_total{b=~"5.."}[5m])) > 0 unless min(y) == 1'), [
      { metric: 'x_total', labels: ['b', 'a', 'le'] },
      { metric: 'y', labels: ['a', 'le'] },
    ]);
    assert.ok(rules.length > 10 && dashboard.panels.length > 10);
  });

  for (const [name, expression] of EXPRESSIONS) {
    it(`"${name}" uses exported metrics and their labels: ${expression.replaceAll(/\s+/g, ' ')}`, () => {
      const selectors = selectorsOf(expression).filter(({ metric }) => !(metric in FOREIGN));
      for (const { metric, labels } of selectors) {
        const known = metrics.get(metric) ?? assert.fail(`${metric} is not exported`);
        assert.deepEqual(
          labels.filter((label) => !known.has(label) && !COMMON_LABELS.includes(label)),
          [],
        );
      }
    });
  }

  it('select label values that the source has', () => {
    const sources = globSync('src/**/*.ts', { cwd: ROOT, exclude: ['**/*.test.ts'] })
      .map((file) => readFileSync(join(ROOT, file), 'utf8'))
      .join();
    const values = EXPRESSIONS.flatMap(([, expression]) =>
      selectorsOf(expression).some(({ metric }) => metric in FOREIGN)
        ? []
        : [...expression.matchAll(/="([\w./-]+)"/g)].map(([, value = '']) => value),
    );
    assert.ok(values.includes('sent'));
    assert.deepEqual(
      [...new Set(values)].filter((value) => !sources.includes(`'${value}'`)),
      [],
    );
  });

  it('alert on each metric for which docs/operations.md names an alert, and show each in the dashboard', () => {
    const table = read('docs/operations.md').split('\n## Monitoring\n')[1]?.split('\n## ')[0] ?? '';
    const rows = [...table.matchAll(/^\| `([a-z_]+)`[^|]*\| ([^|]+) \|/gm)];
    assert.ok(rows.length > 5);
    const uses = (expressions: readonly string[], metric: string) =>
      expressions.some((expression) => new RegExp(`\\b${metric}(_bucket|_count)?\\b`).test(expression));
    const missing = rows.flatMap(([, metric = '', alert = '']) => [
      ...(alert === 'none' ||
      uses(
        rules.map(({ expr }) => expr),
        metric,
      )
        ? []
        : [`alert on ${metric}`]),
      ...(uses(
        dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
        metric,
      )
        ? []
        : [`panel of ${metric}`]),
    ]);
    assert.deepEqual(missing, []);
  });
});
