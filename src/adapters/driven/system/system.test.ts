import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clockContract } from '../../../../test/contracts/clock.contract.ts';
import { idGeneratorContract } from '../../../../test/contracts/id-generator.contract.ts';
import { randomSourceContract } from '../../../../test/contracts/random-source.contract.ts';
import { tokenHasherContract } from '../../../../test/contracts/token-hasher.contract.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import { CryptoRandom } from './crypto-random.ts';
import { Sha256TokenHasher, sha256 } from './sha256-token-hasher.ts';
import { SystemClock } from './system-clock.ts';
import { Uuidv7Ids } from './uuidv7-ids.ts';

clockContract('system', () => new SystemClock());
idGeneratorContract('uuid', () => new Uuidv7Ids());
randomSourceContract('node:crypto', () => new CryptoRandom());
tokenHasherContract('SHA-256', () => new Sha256TokenHasher());

describe('SystemClock', () => {
  it('returns the time of the machine', () => {
    const before = Date.now();
    const now = Instant.epochMs(new SystemClock().now());
    assert.ok(before <= now && now <= Date.now());
  });

  it('returns the text of the present millisecond, also after another and back', (context) => {
    context.mock.timers.enable({ apis: ['Date'] });
    const clock = new SystemClock();
    const times = [0, 1, 1, 0].map((ms) => {
      context.mock.timers.setTime(ms);
      return clock.now();
    });
    const [first, second] = ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.001Z'];
    assert.deepEqual(times, [first, second, second, first]);
  });
});

describe('SHA-256', () => {
  it('is that of FIPS 180-4, over UTF-8', () => {
    assert.equal(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(sha256('Ž'), sha256(Buffer.from([0xc5, 0xbd]).toString()));
  });
});

describe('Uuidv7Ids', () => {
  it('begins an id with its time of creation in milliseconds', () => {
    const before = Date.now();
    const madeAt = Number.parseInt(new Uuidv7Ids().next().replace('-', '').slice(0, 12), 16);
    assert.ok(before <= madeAt && madeAt <= Date.now() + 1);
  });

  it('stays in order when the clock is set back', ({ mock }) => {
    const ids = new Uuidv7Ids();
    const earlier = ids.next();
    mock.timers.enable({ apis: ['Date'], now: Date.now() - 3_600_000 });
    assert.ok(ids.next() > earlier);
  });
});

describe('Sha256TokenHasher', () => {
  it('ASVS 11.4.1: hashes with SHA-256 (first example of FIPS 180)', () => {
    assert.equal(
      new Sha256TokenHasher().hash(new Secret('abc')),
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

describe('CryptoRandom', () => {
  it('ASVS 11.5.2: makes 10,000 distinct tokens at once', () => {
    const source = new CryptoRandom();
    const tokens = new Set<string>();
    for (let nth = 0; nth < 10_000; nth += 1) tokens.add(source.token().reveal());
    assert.equal(tokens.size, 10_000);
  });
});
