import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { list, register, validate } from '../parts/against-bare.ts';
import { growth } from '../parts/growth.ts';
import { logins } from '../parts/logins.ts';
import { mixed } from '../parts/mixed.ts';
import { pairs } from '../parts/pairs.ts';
import type { RunPart } from '../parts/part.ts';
import { profile } from '../parts/profile.ts';
import { start } from '../parts/start.ts';
import { writes } from '../parts/writes.ts';
import { SETTINGS } from '../subjects/servers.ts';
import type { Finding } from './goals.ts';
import { describeMachine } from './machine.ts';
import { type Options, PARTS, type Part } from './options.ts';
import { reportOf } from './report.ts';
import { Workshop } from './workshop.ts';

const BENCH = join(import.meta.dirname, '..');

const RUN: Readonly<Record<Part, RunPart>> = {
  profile,
  validate,
  list,
  register,
  writes,
  logins,
  mixed,
  growth,
  pairs,
  start,
};

/** Runs every part that is wanted, prints the report and keeps it. */
export const runAll = async (options: Options): Promise<void> => {
  const began = performance.now();
  using workshop = await Workshop.open(options);
  const findings: Finding[] = [];
  for (const part of options.parts) {
    workshop.say(`== ${part}`);
    findings.push(await RUN[part](workshop));
  }
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  const report = reportOf(findings, headlineOf(workshop, minutes));
  console.log(report);
  const kept = { date: new Date().toISOString(), options, machine: describeMachine(), findings };
  writeFileSync(join(BENCH, 'results.json'), `${JSON.stringify(kept, null, 2)}\n`);
  const isWhole = !options.isQuick && options.parts.length === PARTS.length;
  if (isWhole) writeFileSync(join(BENCH, 'RESULTS.md'), `${report}\n`);
};

const headlineOf = ({ options, cores, generator }: Workshop, minutes: string): string[] => {
  const { rounds, seconds, isQuick, parts } = options;
  const where = cores.isPinned
    ? `What is measured has core ${cores.server} to itself, the load comes from core ${cores.load}.`
    : 'Nothing could be pinned to a core (no taskset, or a single core): read the figures with doubt.';
  const settings = Object.keys(SETTINGS).map((name) => `\`${name}\``);
  return [
    '# What Guildhall reaches',
    [
      `${new Date().toISOString().slice(0, 10)}; ${describeMachine().join('; ')}; ${versions()}.`,
      `Each figure is the median of ${rounds} rounds of ${seconds} s with the smallest and the largest; contenders take`,
      'turns, and a ratio is taken round by round, so only ratios can be compared between two runs.',
      `${where} Load: ${generator.tool}, 32 connections.`,
    ].join('\n'),
    [
      'Guildhall runs as it ships: `NODE_ENV=production`, its log on, on a SQLite file with `synchronous=FULL`, all',
      `settings at their defaults but ${settings.join(' and ')} (all load comes from one address, which 600 validations`,
      'a minute would stop). Sessions were seen within the last minute, so visits are not written down while it runs.',
    ].join('\n'),
    `To repeat: \`npm run bench\` (took ${minutes} min${isQuick ? '; this was `--quick`' : ''}; parts: ${parts.join(', ')}).`,
  ];
};

const versions = (): string => {
  const inRoot = createRequire(import.meta.url);
  const versionOf = (name: string) => {
    const file =
      name === 'guildhall'
        ? join(BENCH, '../package.json')
        : inRoot.resolve.paths(name)?.map((folder) => join(folder, name, 'package.json'));
    for (const path of [file ?? []].flat()) {
      try {
        return `${name} ${JSON.parse(readFileSync(path, 'utf8')).version}`;
      } catch {}
    }
    return name;
  };
  return ['fastify', 'better-sqlite3', 'argon2', '@node-rs/argon2', 'better-auth'].map(versionOf).join(', ');
};
