import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { Instant } from '../shared/instant.ts';
import { KnownNetwork } from './known-network.ts';
import { TokenHash } from './token-hash.ts';
import { UserId } from './user-id.ts';

describe('KnownNetwork', () => {
  const network = KnownNetwork.ofLogin({
    hash: TokenHash.parse('ab'.repeat(32)),
    userId: UserId.parse(anId(1)),
    at: NEW_YEAR,
  });
  const days = (count: number, ms = 0) => Instant.plusMs(NEW_YEAR, count * 86_400_000 + ms);

  it('is known for 90 days after the log-in', () => {
    assert.deepEqual(
      [days(0), days(90, -1), days(90)].map((at) => network.isKnown(at)),
      [true, true, false],
    );
  });

  it('is not known if the clock of the log-in was ahead', () => {
    assert.deepEqual(
      [days(0, -300_000), days(0, -300_001)].map((at) => network.isKnown(at)),
      [true, false],
    );
  });
});
