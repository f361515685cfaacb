import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RandomUserQuery, RandomUserSource } from '../../src/ports/random-user-source.ts';

const aQuery = (change: Partial<RandomUserQuery> = {}): RandomUserQuery => ({
  count: 10,
  nationalities: [],
  seed: 'guildhall',
  page: 1,
  ...change,
});

type Open = () => Promise<RandomUserSource & Partial<AsyncDisposable>>;

/** What every RandomUserSource promises. */
export const randomUserSourceContract = (adapter: string, open: Open): void => {
  const withSource = (work: (source: RandomUserSource) => Promise<void>) => async () => {
    const source = await open();
    try {
      await work(source);
    } finally {
      await source[Symbol.asyncDispose]?.();
    }
  };

  describe(`RandomUserSource contract: ${adapter}`, () => {
    it(
      'gives as many people as requested, each with a name and an address',
      withSource(async (source) => {
        for (const count of [1, 10, 100]) {
          const people = await source.draw(aQuery({ count }));
          assert.equal(people.length, count);
          for (const { name, email } of people) {
            assert.match(name, /\S/);
            assert.match(email, /^\S+@\S+$/);
          }
        }
      }),
    );

    it(
      'gives the same people for the same seed, and others for another',
      withSource(async (source) => {
        const people = await source.draw(aQuery());
        assert.deepEqual(await source.draw(aQuery()), people);
        assert.notDeepEqual(await source.draw(aQuery({ seed: 'another' })), people);
      }),
    );

    it(
      'begins a greater page with the people of a smaller one',
      withSource(async (source) => {
        const people = await source.draw(aQuery({ count: 20 }));
        assert.deepEqual(await source.draw(aQuery({ count: 5 })), people.slice(0, 5));
      }),
    );

    it(
      'gives other people in the next page',
      withSource(async (source) => {
        assert.notDeepEqual(await source.draw(aQuery({ page: 2 })), await source.draw(aQuery()));
      }),
    );

    it(
      'returns other users each time without a seed',
      withSource(async (source) => {
        const query = aQuery({ seed: undefined });
        assert.notDeepEqual(await source.draw(query), await source.draw(query));
      }),
    );

    it(
      'has people of each nationality it names, and of no other when requested',
      withSource(async (source) => {
        assert.ok(source.nationalities.length > 0);
        assert.deepEqual(source.nationalities, [...new Set(source.nationalities)].sort());
        for (const nationality of source.nationalities) {
          assert.match(nationality, /^[A-Z]{2}$/);
          assert.equal((await source.draw(aQuery({ count: 3, nationalities: [nationality] }))).length, 3);
        }
      }),
    );

    it(
      'takes any seed for a seed, whatever its length',
      withSource(async (source) => {
        const [nationality] = source.nationalities;
        assert.ok(nationality !== undefined);
        for (let length = 1; length <= 64; length += 1) {
          const query = aQuery({ count: 2, seed: '0'.repeat(length), nationalities: [nationality] });
          assert.equal((await source.draw(query)).length, 2, `a seed of ${length} characters`);
        }
      }),
    );
  });
};
