import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ImportOptions } from './import-options.ts';

const parse = (options: Partial<Parameters<typeof ImportOptions.parse>[0]> = {}) =>
  ImportOptions.parse({ count: 10, atMost: 100, nationalities: [], known: ['GB', 'US'], seed: undefined, ...options });

describe('ImportOrder', () => {
  it('takes nationalities in any case, each once', () => {
    assert.deepEqual(parse({ nationalities: ['us', 'Gb', 'US'] }).nationalities, ['US', 'GB']);
  });

  it('takes from one person to as many as may come at once', () => {
    assert.equal(parse({ count: 1 }).count, 1);
    assert.equal(parse({ count: 100 }).count, 100);
    for (const count of [0, 101, -1, 1.5, Number.NaN]) {
      assert.throws(() => parse({ count }), { code: 'import.invalid', message: /from 1 to 100/ });
    }
  });

  it('rejects an unknown nationality, and lists the known ones', () => {
    assert.throws(() => parse({ nationalities: ['us', 'zz'] }), { code: 'import.invalid', message: /of GB, US\./ });
  });

  it('rejects a seed that is none', () => {
    assert.equal(parse({ seed: 'a'.repeat(64) }).seed, 'a'.repeat(64));
    for (const seed of ['', 'a'.repeat(65), 'two words', 'é', 'a\n']) {
      assert.throws(() => parse({ seed }), { code: 'import.invalid', message: /seed/ });
    }
  });

  it('reports all errors at once', () => {
    assert.throws(
      () => parse({ count: 0, nationalities: ['zz'], seed: '' }),
      (error: { messages: string[] }) => {
        assert.equal(error.messages.length, 3);
        return true;
      },
    );
  });
});
