import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PrometheusMetrics } from '../../src/adapters/driven/prometheus/prometheus-metrics.ts';
import { EXIT } from '../../src/adapters/driving/cli/exit-codes.ts';
import { guildhall } from '../cli/guildhall-here.ts';
import { aFolder } from '../contracts/open-stores.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

const section = (heading: string): string => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** Rows of the tables under a heading whose first cell begins so, as printed. */
const rows = (heading: string, first: RegExp): string[] =>
  section(heading)
    .split('\n')
    .filter((line) => line.startsWith('| ') && first.test(line.slice(2)));

describe('docs/operations.md', () => {
  it('lists every metric of the service, and no other', async () => {
    const metrics = new PrometheusMetrics();
    metrics.watchHashing({ active: 0, waiting: 0 });
    metrics.watchRequests({ count: 0 });
    const { text } = await metrics.render();
    const names = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
    const ours = names.filter((name) => !/^(process|nodejs)_/.test(name));
    const listed = rows('Monitoring', /^`[a-z_]+`/).map((row) => /`([a-z_]+)`/.exec(row)?.[1] ?? '');
    assert.ok(ours.length > 0);
    assert.deepEqual(listed.toSorted(), ours.toSorted());
  });

  it('lists every exit code', () => {
    const listed = rows('Start and stop', /^\d/).map((row) => Number(row.split('|')[1]));
    assert.deepEqual(listed, Object.values(EXIT).toSorted());
  });

  it('names the exit codes of a copy', async () => {
    const folder = await aFolder();
    const at = (name: string) => `file:${join(folder.path, name)}`;
    try {
      for (const name of ['old.db', 'used.db']) await guildhall(['migrate'], { DATABASE_URL: at(name) });
      await guildhall(['users', 'create', 'ada@example.com'], { DATABASE_URL: at('used.db') });
      const codes: number[] = [];
      for (const [from, to] of [
        ['old.db', 'new.db'],
        ['.', 'other.db'],
        ['old.db', 'used.db'],
        ['missing.db', 'other.db'],
      ] as const) {
        const { exitCode } = await guildhall(['copy', '--from', at(from), '--to', at(to)], { DATABASE_URL: 'memory:' });
        codes.push(exitCode);
      }
      // No store that is unavailable.
      const [step = ''] = /Exit code 0 [^.]+\./.exec(section('To another database')) ?? [];
      const named = [...step.matchAll(/\b\d\b/g)].map(([code]) => Number(code));
      assert.deepEqual(named, [...codes, EXIT.unavailable]);
      assert.deepEqual(codes, [EXIT.done, EXIT.usage, EXIT.refused, EXIT.notFound]);
    } finally {
      await folder.remove();
    }
  });

  it('lists the commands that work on the store, and those that ask for confirmation', async () => {
    const listed = new Set<string>();
    for (const row of rows('Command line', /^`/)) {
      for (const [, code = ''] of (row.split(/(?<!\\)\|/)[1] ?? '').matchAll(/`([^`]+)`/g)) {
        const [group, ...names] = code.replaceAll('\\|', '').match(/[a-z-]+/g) ?? [];
        for (const name of names) listed.add(`${group} ${name}`);
      }
    }
    const sentence = section('Command line').split('cannot be undone')[0]?.split('\n\n').at(-1) ?? '';
    for (const group of ['users', 'staff', 'sessions', 'audit', 'license', 'token', 'keys']) {
      const { stdout } = await guildhall([group, '--help']);
      const names = stdout.split('\nCommands:\n')[1]?.match(/^ {2}[a-z-]+/gm) ?? [];
      for (const name of names.map((each) => each.trim()).filter((each) => each !== 'help')) {
        const command = `${group} ${name}`;
        assert.ok(listed.has(command), command);
        const help = (await guildhall([group, name, '--help'])).stdout.replaceAll(/\s+/g, ' ');
        assert.equal(sentence.includes(`\`${command}`), help.includes('do not ask for confirmation'), command);
      }
    }
  });
});
