import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { codePoints, foldCase, hasControlCharacters, toNfc } from './unicode.ts';

describe('codePoints', () => {
  it('counts each code point once, whatever its width', () => {
    assert.equal(codePoints(''), 0);
    assert.equal(codePoints('Ada'), 3);
    assert.equal(codePoints('😀😀'), 2);
    assert.equal(codePoints('👩‍🚀'), 3);
    assert.equal(codePoints('e\u0301'), 2);
  });

  it('agrees with spreading the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(codePoints(text), [...text].length)));
  });
});

describe('hasControlCharacters', () => {
  it('finds line ends, NUL and escapes wherever they stand', () => {
    for (const control of ['\0', '\t', '\n', '\r', '\u001b', '\u007f', '\u0085', '\u009b', '\u2028', '\u2029']) {
      for (const text of [control, `${control}Ada`, `Ada${control}`, `A${control}da`]) {
        assert.equal(hasControlCharacters(text), true, JSON.stringify(text));
      }
    }
  });

  it('lets emails, marks, spaces and emoji be', () => {
    for (const text of ['', 'Ada Lovelace', 'Zoë', 'नेहा', '林', 'علی‌رضا', '👩‍🚀', 'a\u00a0b']) {
      assert.equal(hasControlCharacters(text), false, text);
    }
  });
});

describe('composed', () => {
  it('writes an email and its mark as one where Unicode has one', () => {
    assert.equal(toNfc('Zoe\u0308'), 'Zo\u00eb');
    assert.equal(toNfc('Zo\u00eb'), 'Zo\u00eb');
  });

  it('is NFC for ordinary text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 1024 });
    fc.assert(fc.property(text, (raw) => assert.equal(toNfc(raw), raw.normalize('NFC'))));
  });

  it('gives back text beyond all our limits as it came', () => {
    assert.equal(toNfc('e\u0301'.repeat(1024)), '\u00e9'.repeat(1024));
    const long = `${'e\u0301'.repeat(1024)}!`;
    assert.equal(toNfc(long), long);
  });
});

describe('caseless', () => {
  it('makes one text of capitals and small emails', () => {
    assert.equal(foldCase('ÉMILE'), foldCase('e\u0301mile'));
    assert.equal(foldCase('J\u030c'), foldCase('\u01f0'));
  });

  it('changes nothing the second time, for any capital under any mark', () => {
    const marks = ['', '\u0301', '\u0307', '\u0308', '\u030a', '\u030c', '\u0323', '\u0331', '\u0345'];
    const points = Array.from({ length: 0x20000 }, (_, point) => String.fromCodePoint(point));
    const capitals = points.filter((character) => character.toLowerCase() !== character);
    assert.ok(capitals.length > 1_000);
    for (const text of capitals.flatMap((capital) => marks.map((mark) => capital + mark))) {
      assert.equal(foldCase(foldCase(text)), foldCase(text));
    }
  });
});
