import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertExactNumbers } from './exact-numbers.ts';

const isRejected = (text: string): boolean => {
  try {
    assertExactNumbers(text);
    return false;
  } catch {
    return true;
  }
};

describe('assertExactNumbers', () => {
  it('accepts every number that JSON.stringify writes', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.ok(!isRejected(JSON.stringify(value)))));
  });

  it('accepts every double in 17 digits, the form of printf("%.17g")', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(fc.property(double, (number) => assert.ok(!isRejected(`{"a":${number.toPrecision(17)}}`))));
  });

  it('rejects an integer above 2^53 if, and only if, its value changes', () => {
    fc.assert(
      // What ends with zeros may be the shortest form of another integer.
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }), (number) => {
        if (number % 10n !== 0n) assert.equal(isRejected(`[${number}]`), BigInt(Number(number)) !== number);
      }),
    );
  });

  it('counts the zeros at the end of an integer as digits', () => {
    // The nearest double is 1180591620717411172352.
    assert.ok(isRejected('[1180591620717411172350]'));
    // JSON.stringify writes this for the double 123456789012345683968.
    assert.ok(!isRejected('[123456789012345680000]'));
  });

  it('ignores numbers within strings and keys', () => {
    assert.ok(!isRejected('{"9007199254740993":"1e400","a\\"1e400":[":9007199254740993"]}'));
    assert.ok(isRejected('{"a\\\\":1e400}'));
  });

  it('reads thirty thousand brackets, and a number of any length', () => {
    const brackets = '['.repeat(30_000);
    assert.ok(isRejected(`${brackets}9007199254740993${']'.repeat(30_000)}`));
    assert.ok(!isRejected(`[1${'0'.repeat(300)}]`));
    assert.ok(isRejected(`[0.${'1'.repeat(60_000)}]`));
    assert.ok(isRejected(`[1e${'9'.repeat(60_000)}]`));
    assert.ok(isRejected(`[1${'0'.repeat(60_000)}1]`));
  });
});
