import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isSubject } from './commits.ts';
import { lintTerms, oldTermsIn, wordsOf } from './terms.ts';

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

  it('allows the words of an exception in its files only', () => {
    assert.deepEqual(oldTermsIn('test/lint/any.ts', 'crew'), []);
    assert.equal(oldTermsIn('test/linter.ts', 'crew').length, 1);
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
