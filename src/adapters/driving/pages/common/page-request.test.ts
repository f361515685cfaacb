import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { utf8Of } from './page-request.ts';

describe('utf8Of', () => {
  for (const [kind, page] of Object.entries({
    'ASCII text': '<p>Licenses</p>',
    'text of one byte a character': 'Müller · 5 × 3',
    'text of two': 'ends in … ∞ ключ 鍵',
    'surrogate pairs': 'a 🔑 b',
    'halves of surrogate pairs': `a \ud83d b \udd11`,
    nothing: '',
  })) {
    it(`encodes ${kind}`, () => assert.deepEqual(utf8Of(page), Buffer.from(page, 'utf8')));
  }

  it('leaves earlier pages as they are, and takes nothing from them', () => {
    const pages = ['a longer page …', 'short', 'the longest page of all …'];
    assert.deepEqual(pages.map(utf8Of).map(String), pages);
  });
});
