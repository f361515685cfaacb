import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ImportOrder } from './import-order.ts';

const place = (wish: Partial<Parameters<typeof ImportOrder.place>[0]> = {}) =>
  ImportOrder.place({ count: 10, atMost: 100, nationalities: [], known: ['GB', 'US'], seed: undefined, ...wish });

describe('ImportOrder', () => {
  it('takes nationalities in any case, each once', () => {
    assert.deepEqual(place({ nationalities: ['us', 'Gb', 'US'] }).nationalities, ['US', 'GB']);
  });

  it('takes from one person to as many as may come at once', () => {
    assert.equal(place({ count: 1 }).count, 1);
    assert.equal(place({ count: 100 }).count, 100);
    for (const count of [0, 101, -1, 1.5, Number.NaN]) {
      assert.throws(() => place({ count }), { code: 'import.invalid', message: /from 1 to 100/ });
    }
  });

  it('refuses a nationality there is nobody of, and says which there are', () => {
    assert.throws(() => place({ nationalities: ['us', 'zz'] }), { code: 'import.invalid', message: /of GB, US\./ });
  });

  it('refuses a seed that is none', () => {
    assert.equal(place({ seed: 'a'.repeat(64) }).seed, 'a'.repeat(64));
    for (const seed of ['', 'a'.repeat(65), 'two words', 'é', 'a\n']) {
      assert.throws(() => place({ seed }), { code: 'import.invalid', message: /seed/ });
    }
  });

  it('tells of all faults at once', () => {
    assert.throws(
      () => place({ count: 0, nationalities: ['zz'], seed: '' }),
      (error: { sentences: string[] }) => {
        assert.equal(error.sentences.length, 3);
        return true;
      },
    );
  });
});
