import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { PasswordLevel } from '../password/password-level.ts';
import { networkOf } from '../throttle/network.ts';
import { Email } from '../user/email.ts';
import { PasswordPolicy } from '../user/password-policy.ts';
import { UserId } from '../user/user-id.ts';
import { UserName } from '../user/user-name.ts';
import { Instant } from './instant.ts';
import { Secret } from './secret.ts';
import { hasControlCharacters } from './unicode.ts';

const DOMAIN = join(import.meta.dirname, '..');
/** A pattern of exponential work shows at the short length already, where it still comes to an end. */
const [SHORT, LONG] = [28, 64 * 1024];

/**
 * Linear work on such texts takes at most 15 ms, quadratic work seconds. Processor time, so that a busy machine
 * does not matter, and the best of three, so that neither does a pause for garbage.
 */
const MAX_CPU_MS = 500;

const cpuMs = (work: () => unknown): number => {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
};

const mustBeQuick = (what: string, work: () => unknown): void => {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && best > MAX_CPU_MS; tries += 1) best = Math.min(best, cpuMs(work));
  assert.ok(best <= MAX_CPU_MS, `${what} took ${best} ms`);
};

const PUMPS = [
  'a',
  'A',
  '7',
  '-',
  '.',
  '..',
  ' ',
  '@',
  'é',
  '\u0301',
  '😀',
  '\n',
  '\0',
  '\ud800',
  'a.',
  'a-',
  'a@',
  '.@',
  'Σ.',
];

/** Each has a valid beginning, a long repetition and an invalid end. */
const hostileTexts = (length: number): string[] =>
  PUMPS.flatMap((pump) =>
    ['', 'a', 'a@', '2026-01-01T00:00:00.000Z'].map((start) => `${start}${pump.repeat(length / pump.length)}!\0`),
  );

const HOSTILE_TEXTS: readonly string[] = [
  ...hostileTexts(SHORT),
  ...hostileTexts(LONG),
  `a${'\u0301'.repeat(LONG / 2)}${'\u0323'.repeat(LONG / 2)}`,
];

const patternsOf = (file: string): RegExp[] => {
  const found: RegExp[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push(new RegExp(node.text.slice(1, end), node.text.slice(end + 1)));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(DOMAIN, file), 'utf8'), ts.ScriptTarget.Latest));
  return found;
};

describe('Hostile text', () => {
  const files = globSync('**/*.ts', { cwd: DOMAIN }).filter((file) => !file.endsWith('.test.ts'));
  const patterns = files.flatMap((file) => patternsOf(file).map((pattern) => ({ file, pattern })));

  it('meets the patterns of the domain', () => {
    const sources = patterns.map(({ file }) => file);
    for (const file of ['user/email.ts', 'shared/uuid.ts', 'shared/instant.ts', 'shared/unicode.ts']) {
      assert.ok(sources.includes(file), `no pattern was found in ${file}`);
    }
  });

  for (const { file, pattern } of patterns) {
    it(`ASVS 1.3.12: 64 KiB cannot slow down ${pattern} of ${file}`, () => {
      for (const text of HOSTILE_TEXTS) mustBeQuick(JSON.stringify(text.slice(0, 20)), () => pattern.test(text));
    });
  }

  const policy = new PasswordPolicy({ minLength: 8, isCommon: () => false });
  const doors: Readonly<Record<string, (text: string) => unknown>> = {
    'Email.parse': Email.parse,
    networkOf,
    'Email.canonicalOfAny': Email.canonicalize,
    'UserName.parse': UserName.parse,
    'UserId.parse': UserId.parse,
    'Instant.parse': Instant.parse,
    hasControlCharacters: hasControlCharacters,
    'PasswordPolicy.accept': (text) => policy.accept(new Secret(text), { email: text, name: text }),
    'PasswordLevel.of': (text) => PasswordLevel.of(new Secret(text)),
    'PasswordPolicy.normalize': (text) => PasswordPolicy.normalize(new Secret(text)),
  };

  for (const [door, enter] of Object.entries(doors)) {
    it(`ASVS 1.3.12: 64 KiB cannot slow down ${door}`, () => {
      const attempt = (text: string) => () => {
        try {
          enter(text);
        } catch {
          // An error is a fine answer; only its price matters here.
        }
      };
      for (const text of HOSTILE_TEXTS) mustBeQuick(JSON.stringify(text.slice(0, 20)), attempt(text));
    });
  }
});
