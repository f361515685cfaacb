import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import {
  assertWithinLimits,
  THROTTLE_POLICIES,
  ThrottleExceeded,
  type ThrottlePolicy,
  type Usage,
} from './throttle-policy.ts';

const TEN: ThrottlePolicy = { name: 'ten', limit: 10, windowMs: 60_000 };
const THIRTY: ThrottlePolicy = { name: 'thirty', limit: 30, windowMs: 3_600_000 };

const used = (policy: ThrottlePolicy, count: number, resetsInMs: number): Usage => ({
  policy,
  count,
  resetsAt: Instant.plusMs(NEW_YEAR, resetsInMs),
});

const errorOf = (...usages: Usage[]): ThrottleExceeded => {
  try {
    assertWithinLimits(usages, NEW_YEAR);
  } catch (error) {
    if (error instanceof ThrottleExceeded) return error;
    throw error;
  }
  return assert.fail('nothing was refused');
};

describe('assertWithinLimits', () => {
  it('lets the last attempt of a limit through and rejects the next', () => {
    assert.doesNotThrow(() => assertWithinLimits([used(TEN, 10, 30_000)], NEW_YEAR));
    assert.throws(() => assertWithinLimits([used(TEN, 11, 30_000)], NEW_YEAR), { code: 'throttle.exceeded' });
  });

  it('allows what is not counted', () => {
    assert.doesNotThrow(() => assertWithinLimits([], NEW_YEAR));
  });

  it('rejects for one limit, however far the others are', () => {
    assert.equal(errorOf(used(THIRTY, 1, 3_000_000), used(TEN, 11, 5_000)).policy, TEN);
  });

  it('reports the limit with the longest wait, in any order', () => {
    const [short, long] = [used(TEN, 11, 5_000), used(THIRTY, 31, 3_000_000)];
    for (const error of [errorOf(short, long), errorOf(long, short)]) {
      assert.equal(error.policy, THIRTY);
      assert.equal(error.retryAfterSeconds, 3_000);
    }
  });

  it('does not report a longer window below its limit', () => {
    const error = errorOf(used(TEN, 11, 5_000), used(THIRTY, 30, 3_000_000));
    assert.deepEqual([error.policy, error.retryAfterSeconds], [TEN, 5]);
  });
});

describe('ThrottleExceeded', () => {
  it('reports the wait in whole seconds, rounded up, at least one', () => {
    const waits = [
      [5_000, 5],
      [5_001, 6],
      [5_999, 6],
      [1_000, 1],
      [999, 1],
      [1, 1],
      [0, 1],
      [-5_000, 1],
    ] as const;
    for (const [resetsInMs, seconds] of waits) {
      assert.equal(errorOf(used(TEN, 11, resetsInMs)).retryAfterSeconds, seconds, `${resetsInMs} ms`);
    }
  });

  it('is a DomainError with the seconds until the next attempt', () => {
    const error = errorOf(used(TEN, 11, 42_000));
    assert.ok(error instanceof DomainError);
    assert.equal(error.code, 'throttle.exceeded');
    assert.deepEqual(error.messages, ['Too many attempts. Try again in 42 seconds.']);
    assert.deepEqual(errorOf(used(TEN, 11, 1_000)).messages, ['Too many attempts. Try again in 1 second.']);
  });
});

describe('THROTTLE_POLICIES', () => {
  const policies: readonly ThrottlePolicy[] = Object.values(THROTTLE_POLICIES);

  it('have names of their own, for they name the counters', () => {
    assert.equal(new Set(policies.map(({ name }) => name)).size, policies.length);
  });

  it('each allow something, in a window that ends', () => {
    for (const { name, limit, windowMs } of policies) {
      assert.ok(Number.isInteger(limit) && limit >= 1 && Number.isInteger(windowMs) && windowMs >= 1_000, name);
      assert.doesNotThrow(() => Instant.parse(Instant.plusMs(NEW_YEAR, windowMs)), name);
    }
  });

  it('ASVS 6.3.1: stop one address and one network, and no hundredth failure in a row is forgotten in time', () => {
    const { loginByAddressAndIp, loginByAddress, loginByIp, loginFailuresInARow } = THROTTLE_POLICIES;
    assert.ok(loginByAddressAndIp.limit <= loginByAddress.limit && loginByAddress.limit <= loginByIp.limit);
    assert.ok(loginFailuresInARow.limit <= 100);
    assert.ok(loginFailuresInARow.windowMs > 5 * 365 * 24 * 3_600_000);
  });
});
