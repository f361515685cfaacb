import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import { Instant } from '../../domain/shared/instant.ts';
import { ValidationBuffer } from './validation-buffer.ts';

const [ONE, OTHER] = [LicenseId.parse(anId(1)), LicenseId.parse(anId(2))];
const later = (ms: number): Instant => Instant.plusMs(NEW_YEAR, ms);

describe('ValidationBuffer', () => {
  it('gives the last second of each license, once', () => {
    const journal = new ValidationBuffer();
    journal.add(ONE, later(100));
    journal.add(OTHER, later(900));
    journal.add(ONE, later(1_700));
    assert.deepEqual(
      [...journal.take(100_000)],
      [
        [later(1_000), [ONE]],
        [NEW_YEAR, [OTHER]],
      ],
    );
    assert.equal(journal.take(100_000).size, 0);
  });

  it('gives no more than asked for, and keeps the others', () => {
    const buffer = new ValidationBuffer();
    buffer.add(ONE, NEW_YEAR);
    buffer.add(OTHER, NEW_YEAR);
    assert.deepEqual([...buffer.take(1).values()], [[ONE]]);
    assert.equal(buffer.size, 1);
    assert.deepEqual([...buffer.take(1).values()], [[OTHER]]);
  });

  it('ASVS 15.2.2: does not grow beyond its bound, and goes on noting what it has', () => {
    const journal = new ValidationBuffer();
    for (let nth = 0; nth < 100_010; nth += 1) journal.add(LicenseId.parse(anId(nth)), NEW_YEAR);
    journal.add(ONE, later(5_000));
    const taken = journal.take(100_000);
    assert.equal(
      [...taken.values()].reduce((sum, ids) => sum + ids.length, 0),
      100_000,
    );
    assert.deepEqual(taken.get(later(5_000)), [ONE]);
  });
});
