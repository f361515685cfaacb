import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { counts, differences, idsIn, readAsvs, rowsOf } from './asvs.ts';
import { isSubject } from './commits.ts';
import { lintTerms, oldTermsIn, unnamedSubjectsIn, wordsOf } from './terms.ts';

describe('The lint of terms', () => {
  it('takes names apart', () => {
    assert.deepEqual(wordsOf('runCrewHTTPServer crew-member MOST_helpings'), [
      'run',
      'crew',
      'http',
      'server',
      'crew',
      'member',
      'most',
      'helpings',
    ]);
  });

  it('finds an old term in a name, a comment and a text, once for each line', () => {
    const text =
      "const startCrew = () => {};\n// The stranger, a stranger.\nsay('Nobody listens');\nconst household = 1;";
    assert.deepEqual(
      oldTermsIn('src/any.ts', text).map(({ line, word }) => `${line} ${word}`),
      ['1 crew', '2 stranger', '3 nobody'],
    );
  });

  it('finds an old term of two words, in a name too', () => {
    assert.deepEqual(
      oldTermsIn('src/any.ts', 'const signIn = 1;\n// You are signed out.\n// The sign of a key, in full.').map(
        ({ word }) => word,
      ),
      ['sign in', 'signed out'],
    );
  });

  it('allows the words of an exception in its files only', () => {
    assert.deepEqual(oldTermsIn('test/lint/any.ts', 'crew'), []);
    assert.equal(oldTermsIn('test/linter.ts', 'crew').length, 1);
  });

  it('rejects a doc comment that does not name its subject', () => {
    const text = '/** What runs. */\n/**\n * Whoever asks.\n */\n/** The caller. What it may do. */';
    assert.deepEqual(
      unnamedSubjectsIn('src/any.ts', text).map(({ line, word }) => `${line} ${word}`),
      ['1 /** What', '2 /** Whoever'],
    );
    assert.deepEqual(unnamedSubjectsIn('src/any.test.ts', text), []);
  });

  it('reads the whole tree', () => {
    assert.ok(lintTerms(fileURLToPath(new URL('../..', import.meta.url))).read > 500);
  });
});

describe('The lint of commit subjects', () => {
  for (const subject of [
    'feat(http): CORS is opened by CORS_ORIGINS',
    'refactor(store)!: a column has another name',
    'docs: an index',
    'Merge branch x',
  ]) {
    it(`accepts "${subject}"`, () => assert.ok(isSubject(subject)));
  }
  for (const subject of [
    'A bare sentence',
    'feature: x',
    'fix(http):no space',
    'fix(HTTP): capitals',
    `fix: ${'x'.repeat(121)}`,
  ]) {
    it(`refuses "${subject}"`, () => assert.ok(!isSubject(subject)));
  }
});

describe('The lint of the requirements of ASVS', () => {
  const { rows, named } = readAsvs(fileURLToPath(new URL('../..', import.meta.url)));
  const row = { id: '3.4.4', level: '2', status: 'tested', reason: '' };

  it('finds no difference between docs/security.md and the names of the tests', () => {
    assert.deepEqual(differences(rows, named), []);
    assert.ok(rows.length > 300 && named.size > 150, counts(rows).join('; '));
  });

  it('reads every id of a name', () => {
    assert.deepEqual(idsIn("it('ASVS 3.3.1, 3.3.2 and 3.3.10: x') // 9.9.9"), ['3.3.1', '3.3.2', '3.3.10']);
  });

  it('reads the rows of its own table', () => {
    const page =
      '\n## Other\n| 1.1.1 | a |\n## Requirements of ASVS 5.0\n\n| id |\n| 3.4.4 | 2 | no | why |\n## Next\n';
    assert.deepEqual(rowsOf(page), [{ ...row, status: 'no', reason: 'why' }]);
  });

  for (const [what, page, tests] of [
    ['a row without its test', [row], []],
    ['a test without its row', [], ['3.4.4']],
    ['a test of what is listed as not held', [{ ...row, status: 'no', reason: 'why' }], ['3.4.4']],
    ['a row without a reason', [{ ...row, status: 'holds' }], []],
    ['an unknown status', [{ ...row, status: 'perhaps', reason: 'why' }], []],
    ['a second row', [row, row], ['3.4.4']],
  ] as const) {
    it(`refuses ${what}`, () => assert.equal(differences(page, new Set(tests)).length, 1));
  }
});
