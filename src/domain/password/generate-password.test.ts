import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '../../../test/doubles/seeded-random.ts';
import { generatePassword, generateTestPassword, type RandomBelow } from './generate-password.ts';
import { PasswordLevel } from './password-level.ts';
import { PasswordRecipe } from './password-recipe.ts';

const CLASSES = [/[a-z]/, /\d/, /[A-Z]/, /[!-/:-@[-`{-~]/];
const SIZES = [26, 10, 26, 32];
const classOf = (character: string): number => CLASSES.findIndex((one) => one.test(character));

const seeded = (seed: string): RandomBelow => {
  const source = new SeededRandom(seed);
  return (end) => source.below(end);
};

const made = (length: number, complexity: number, draw: RandomBelow): string =>
  generatePassword(PasswordRecipe.of({ length, complexity }), draw).reveal();

const mustKeepTo = (password: string, length: number, complexity: number): void => {
  const used = new Set([...password].map(classOf));
  assert.equal(password.length, length);
  assert.deepEqual([...used].sort(), [0, 1, 2, 3].slice(0, complexity), password);
};

const counted = (values: readonly number[], kinds: number): number[] => {
  const counts = new Array<number>(kinds).fill(0);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

const chiSquare = (counts: readonly number[], expected: (index: number) => number): number =>
  counts.reduce((sum, count, index) => sum + (count - expected(index)) ** 2 / expected(index), 0);

describe('generatePassword', () => {
  it('keeps to length, classes and foretold level, for every length and complexity there is', () => {
    const draw = seeded('every recipe');
    for (let complexity = 1; complexity <= 4; complexity += 1) {
      for (let length = complexity; length <= 128; length += 1) {
        const recipe = PasswordRecipe.of({ length, complexity });
        const password = generatePassword(recipe, draw);
        mustKeepTo(password.reveal(), length, complexity);
        assert.equal(
          PasswordLevel.of(password),
          recipe.expectedLevel,
          `${length} characters of complexity ${complexity}`,
        );
      }
    }
  });

  it('contains each class for any random numbers', () => {
    const recipes = fc
      .integer({ min: 1, max: 4 })
      .chain((complexity) =>
        fc.record({ complexity: fc.constant(complexity), length: fc.integer({ min: complexity, max: 128 }) }),
      );
    fc.assert(
      fc.property(recipes, fc.infiniteStream(fc.nat()), ({ length, complexity }, chance) => {
        mustKeepTo(
          made(length, complexity, (end) => Number(chance.next().value) % end),
          length,
          complexity,
        );
      }),
    );
  });

  it('is the same from the same random source, and another from another one', () => {
    const password = made(16, 4, seeded('one'));
    assert.equal(password, made(16, 4, seeded('one')));
    assert.notEqual(password, made(16, 4, seeded('two')));
  });

  it('does not print', () => {
    assert.equal(`${generatePassword(PasswordRecipe.of({ length: 8, complexity: 4 }), seeded('x'))}`, '[secret]');
  });
});

// Bounds lie six deviations above the mean of the chi-square distribution; the seed is fixed, so chance plays no part.
describe('what is generated', () => {
  const PASSWORDS = 20_000;

  it('has its classes in every order equally often', () => {
    const draw = seeded('orders');
    const orders = new Map<string, number>();
    for (let nth = 0; nth < PASSWORDS; nth += 1) {
      const order = [...made(4, 4, draw)].map(classOf).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    assert.equal(orders.size, 24);
    const unevenness = chiSquare([...orders.values()], () => PASSWORDS / 24);
    assert.ok(unevenness < 64, `chi-square ${unevenness} over 24 orders`);
  });

  it('has each class at every position equally often', () => {
    const draw = seeded('positions');
    const [length, total] = [12, 94];
    const passwords = Array.from({ length: PASSWORDS }, () => made(length, 4, draw));
    for (let position = 0; position < length; position += 1) {
      const classes = passwords.map((password) => classOf(password.charAt(position)));
      const share = (size: number) => (1 + ((length - 4) * size) / total) / length;
      const unevenness = chiSquare(counted(classes, 4), (index) => PASSWORDS * share(SIZES[index] ?? 0));
      assert.ok(unevenness < 18, `chi-square ${unevenness} at position ${position}`);
    }
  });

  it('has each character of a class equally often', () => {
    const draw = seeded('characters');
    const all = Array.from({ length: PASSWORDS }, () => made(12, 4, draw)).join('');
    for (const [index, size] of SIZES.entries()) {
      const ofClass = [...all].filter((character) => classOf(character) === index);
      const counts = new Map<string, number>();
      for (const character of ofClass) counts.set(character, (counts.get(character) ?? 0) + 1);
      assert.equal(counts.size, size);
      const unevenness = chiSquare([...counts.values()], () => ofClass.length / size);
      const freedom = size - 1;
      assert.ok(unevenness < freedom + 6 * Math.sqrt(2 * freedom), `chi-square ${unevenness} over ${size} characters`);
    }
  });
});

describe('generateTestPassword', () => {
  it('has 6 to 12 characters of complexity 1 to 4, each length and each complexity as often as the others', () => {
    const draw = seeded('test data');
    const passwords = Array.from({ length: 7_000 }, () => generateTestPassword(draw).reveal());
    const lengths = counted(
      passwords.map((password) => password.length - 6),
      7,
    );
    assert.equal(lengths.length, 7);
    assert.ok(chiSquare(lengths, () => 1_000) < 27, `lengths ${lengths}`);
    const complexities = counted(
      passwords.map((password) => Math.max(...[...password].map(classOf))),
      4,
    );
    assert.ok(chiSquare(complexities, () => 1_750) < 18, `complexities ${complexities}`);
    for (const [nth, password] of passwords.entries()) {
      mustKeepTo(password, password.length, Math.max(...[...password].map(classOf)) + 1);
      assert.ok(password.length >= 6 && password.length <= 12, `password ${nth} has ${password.length} characters`);
    }
  });
});
