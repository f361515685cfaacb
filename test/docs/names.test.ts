import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PROBLEMS } from '../../src/adapters/driving/http/errors/catalogue.ts';
import { SETTINGS } from '../../src/composition/config/settings.ts';
import { AUDIT_ACTIONS } from '../../src/domain/audit/audit-entry.ts';
import { VALIDATION_DETAILS } from '../../src/domain/license/license-validation.ts';
import { startTestApp } from '../http/test-app.ts';
import { ROOT } from './samples.ts';

/** Names of other programs in the form of a setting. */
const OF_OTHERS = [
  'CHROMIUM_PATH',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'NO_COLOR',
  'POSTGRES_PASSWORD',
  'SCALE_NETWORK',
  'UV_THREADPOOL_SIZE',
];

/** Fields of JSON in the form of a code. */
const FIELDS = ['license.starts_at'];

const PAGES = globSync(['*.md', 'docs/*.md', 'bench/README.md'], { cwd: ROOT }).sort();

/** @returns what `pattern` finds in the pages and is not among `names`, with its page */
const unknown = (pattern: RegExp, isKnown: (...found: string[]) => boolean): string[] =>
  PAGES.flatMap((page) =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(pattern)]
      .map(([, ...found]) => found)
      .filter((found) => !isKnown(...found))
      .map((found) => `${page}: ${found.join(' ')}`),
  );

describe('The pages of the documentation', () => {
  it('contain no placeholder', () => {
    assert.deepEqual(
      unknown(/(@[A-Z_]{3,}@|\bTODO\b|\bTBD\b|\bFIXME\b)/g, () => false),
      [],
    );
  });

  it('name settings that exist', () => {
    const names = new Set([...Object.keys(SETTINGS), ...Object.keys(VALIDATION_DETAILS), ...OF_OTHERS]);
    const isKnown = (name: string) => names.has(name) || names.has(name.replace(/_FILE$/, ''));
    assert.deepEqual(unknown(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=[^`]*)?`/g, isKnown), []);
  });

  it('name codes and audit actions that exist', () => {
    const names = new Set<string>([...Object.keys(PROBLEMS), ...AUDIT_ACTIONS, ...FIELDS]);
    const subjects = new Set([...names].map((name) => name.split('.')[0]));
    const isKnown = (name: string) => names.has(name) || !subjects.has(name.split('.')[0]);
    assert.deepEqual(unknown(/`([a-z-]+\.[a-z_-]+)`/g, isKnown), []);
  });

  it('name scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    // Beside its successor, the changelog names the former one.
    assert.deepEqual(
      unknown(/npm run ([a-z][a-z:-]*)(?![a-z:-]|` is `npm run)/g, (name = '') => name in scripts),
      [],
    );
  });

  it('name routes that exist', async () => {
    await using app = await startTestApp();
    const withoutNames = (path: string) => path.replaceAll(/\{[^}]*\}/g, '{}');
    const paths = app.document.paths as Readonly<Record<string, object>>;
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${withoutNames(path)}`),
    );
    // The beginning of a path stands for the routes below it.
    const isKnown = (method: string, path: string) => {
      const route = `${method} ${withoutNames(path).replace(/\/?…$/, '')}`;
      return routes.some((each) => each === route || each.startsWith(`${route}/`));
    };
    assert.deepEqual(unknown(/`(GET|POST|PUT|PATCH|DELETE) (\/[^`\s?]*)/g, isKnown), []);
  });
});
