import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UserId } from '../../src/domain/user/user-id.ts';
import type { IdGenerator } from '../../src/ports/id-generator.ts';

/** What every IdGenerator promises. */
export const idGeneratorContract = (adapter: string, open: () => IdGenerator): void => {
  describe(`IdGenerator contract: ${adapter}`, () => {
    it('gives a UUIDv7 in lower case, which the domain takes for an id', () => {
      const id = open().next();
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(UserId.parse(id), id);
    });

    it('gives each id greater than the one before, thousands in a millisecond included', () => {
      const ids = open();
      let last = '';
      for (let nth = 0; nth < 50_000; nth += 1) {
        const id = ids.next();
        assert.ok(id > last, `${id} came after ${last}`);
        last = id;
      }
    });

    it('never gives what another generator gave', () => {
      const [one, other] = [open(), open()];
      const given = Array.from({ length: 10_000 }, () => [one.next(), other.next()]).flat();
      assert.equal(new Set(given).size, 20_000);
    });
  });
};
