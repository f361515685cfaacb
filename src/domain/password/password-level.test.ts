import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Secret } from '../shared/secret.ts';
import { PasswordLevel } from './password-level.ts';

const levelOf = (password: string): PasswordLevel => PasswordLevel.of(new Secret(password));

/** What the rules say word for word, and how we read them where they leave a choice. */
const EXAMPLES: readonly (readonly [password: string, level: PasswordLevel])[] = [
  ['', 0],
  ['abc', 1],
  ['abc1', 2],
  ['aB1', 3],
  ['aB1!', 4],
  // Overrides: from eight characters on, the lower two classes alone count one more.
  ['abcdefg', 1],
  ['abcdefgh', 2],
  ['abcdef1', 2],
  ['abcdefg1', 3],
  ['Abcdefg1', 3],
  ['Abcdef1!', 4],
  // A class counts only if all earlier ones are present.
  ['Abcdefgh', 1],
  ['abcdefg!', 1],
  ['abc1!', 2],
  ['aB!', 1],
  ['1aaaaaa!', 2],
  // No lowercase letter, no level.
  ['12345678', 0],
  ['ABC123', 0],
  ['ABCDEFG1!', 0],
  ['!!!!!!!!', 0],
  // Only ASCII is in a class; the rest counts for nothing, and spoils "only lowercase".
  ['пароль', 0],
  ['éèàùâêîô', 0],
  ['abcdefgé', 1],
  ['abcdefg ', 1],
  ['abcdefgh\n', 1],
  ['abc１', 1],
  ['abc d1', 2],
  ['abcdefg1é', 2],
  ['🐴abcdefgh', 1],
];

describe('PasswordLevel', () => {
  for (const [password, level] of EXAMPLES) {
    it(`reads ${JSON.stringify(password)} as ${level}`, () => assert.equal(levelOf(password), level));
  }

  it('contains all 32 characters of ASCII punctuation, and no other', () => {
    const isPunctuation = (character: string) => levelOf(`aA1${character}`) === 4;
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    const expected = ascii.filter((character) => /[\p{P}\p{S}]/u.test(character));
    assert.equal(expected.length, 32);
    assert.deepEqual(ascii.filter(isPunctuation), expected);
  });

  it('does not care about the order of characters', () => {
    const anyText = fc.array(fc.constantFrom('a', 'b', '1', 'A', '!', 'é', ' '), { maxLength: 12 });
    fc.assert(
      fc.property(anyText, (characters) => {
        assert.equal(levelOf(characters.join('')), levelOf([...characters].sort().join('')));
      }),
    );
  });

  it('loses no level to a longer password, unless the added character is in no class of the override', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('a', 'z', '0', '9'), (password, more) => {
        assert.ok(levelOf(password + more) >= levelOf(password));
      }),
    );
  });
});
