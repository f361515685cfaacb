import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LicenseKey } from './license-key.ts';

const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const draw = (): LicenseKey => LicenseKey.generate((end) => randomInt(end));

const aKey = fc.infiniteStream(fc.nat(31)).map((chance) => LicenseKey.generate(() => chance.next().value));

const symbolsOf = (key: string): string[] => [...key.replaceAll('-', '')];

describe('LicenseKey', () => {
  it('is six groups of five symbols, none of which looks like another', () => {
    fc.assert(fc.property(aKey, (key) => assert.match(key, /^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){5}$/)));
  });

  it('has 145 random bits: each of 29 symbols takes every value', () => {
    const seen = Array.from({ length: 30 }, () => new Set<string>());
    for (let nth = 0; nth < 3_000; nth += 1) {
      for (const [at, symbol] of symbolsOf(draw()).entries()) seen[at]?.add(symbol);
    }
    assert.deepEqual(
      seen.map(({ size }) => size),
      new Array(30).fill(32),
    );
  });

  it('ASVS 11.5.1: comes twice in no 100,000 draws', () => {
    const drawn = new Set<string>();
    for (let nth = 0; nth < 100_000; nth += 1) drawn.add(draw());
    assert.equal(drawn.size, 100_000);
  });

  it('parses every generated key', () => {
    fc.assert(fc.property(aKey, (key) => assert.equal(LicenseKey.tryParse(key), key)));
  });

  it('detects every single wrong character', () => {
    fc.assert(
      fc.property(aKey, fc.nat(29), fc.constantFrom(...SYMBOLS, ...'*~$=U!é\u0000'), (key, at, other) => {
        const symbols = symbolsOf(key);
        fc.pre(symbols[at] !== other);
        assert.equal(LicenseKey.tryParse(symbols.with(at, other).join('')), undefined);
      }),
      { numRuns: 3_000 },
    );
  });

  it('detects every swap of neighbors', () => {
    fc.assert(
      fc.property(aKey, fc.nat(28), (key, at) => {
        const symbols = symbolsOf(key);
        const [one, other] = [symbols[at] as string, symbols[at + 1] as string];
        fc.pre(one !== other);
        assert.equal(
          LicenseKey.tryParse(
            symbols
              .with(at, other)
              .with(at + 1, one)
              .join(''),
          ),
          undefined,
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it('detects every single wrong character and every swap of one key, exhaustively', () => {
    const symbols = symbolsOf(draw());
    for (let at = 0; at < 30; at += 1) {
      for (const other of SYMBOLS) {
        if (other !== symbols[at]) assert.equal(LicenseKey.tryParse(symbols.with(at, other).join('')), undefined);
      }
    }
  });

  it('detects a missing or additional character', () => {
    fc.assert(
      fc.property(aKey, fc.nat(29), fc.constantFrom(...SYMBOLS), (key, at, more) => {
        const symbols = symbolsOf(key);
        assert.equal(LicenseKey.tryParse(symbols.toSpliced(at, 1).join('')), undefined);
        assert.equal(LicenseKey.tryParse(symbols.toSpliced(at, 0, more).join('')), undefined);
      }),
    );
  });

  it('does not mind case, hyphens, spaces and what looks alike', () => {
    const lookAlikes: Record<string, string[]> = { 0: ['0', 'O', 'o'], 1: ['1', 'I', 'i', 'L', 'l'] };
    const typed = aKey.chain((key) =>
      fc
        .tuple(
          ...symbolsOf(key).map((symbol) => fc.constantFrom(...(lookAlikes[symbol] ?? [symbol, symbol.toLowerCase()]))),
          fc.array(fc.constantFrom('', ' ', '-', '\t', ' - '), { minLength: 31, maxLength: 31 }),
        )
        .map((parts) => {
          const gaps = parts.at(-1) as string[];
          const text = parts.slice(0, -1).map((symbol, at) => `${gaps[at]}${symbol}`);
          return { key, typed: `${text.join('')}${gaps[30]}` };
        }),
    );
    fc.assert(
      fc.property(typed, ({ key, typed: text }) => {
        fc.pre(text.length <= 128);
        assert.equal(LicenseKey.tryParse(text), key);
      }),
    );
  });

  it('never throws, whatever is typed, and takes no long text for a key', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 300 })), (text) =>
        assert.equal(LicenseKey.tryParse(text), undefined),
      ),
    );
    assert.equal(LicenseKey.tryParse(`${draw()}${' '.repeat(100)}`), undefined);
    assert.equal(LicenseKey.tryParse(''), undefined);
  });

  it('ASVS 9.1.1: accepts none of 1,000 keys with a bit flipped in a symbol', () => {
    for (let nth = 0; nth < 1_000; nth += 1) {
      const symbols = symbolsOf(draw());
      for (let at = 0; at < 30; at += 1) {
        for (const bit of [1, 2, 4, 8, 16]) {
          const flipped = SYMBOLS[SYMBOLS.indexOf(symbols[at] as string) ^ bit] as string;
          assert.equal(LicenseKey.tryParse(symbols.with(at, flipped).join('')), undefined);
        }
      }
    }
  });

  it('is rejected with an error that names it', () => {
    assert.throws(() => LicenseKey.parse('7ZQ3K'), { code: 'license.key-malformed' });
    const key = draw();
    assert.equal(LicenseKey.parse(` ${key.toLowerCase()} `), key);
  });
});
