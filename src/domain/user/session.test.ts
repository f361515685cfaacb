import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aSession } from '../../../test/builders/session-builder.ts';
import { MAX_CLOCK_SKEW_MS } from '../shared/clock-skew.ts';
import { Instant } from '../shared/instant.ts';
import { BrokenInvariant } from '../shared/invariant.ts';
import { Session, type SessionLimits } from './session.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LIMITS: SessionLimits = { idleMs: 7 * DAY_MS, ttlMs: 30 * DAY_MS };

const after = (ms: number): Instant => Instant.plusMs(NEW_YEAR, ms);

describe('Session', () => {
  it('begins with its start as the time of the last request, and elevated', () => {
    const { createdAt, lastSeenAt, elevatedUntil, ...start } = aSession().toSnapshot();
    const session = Session.open({ ...start, at: NEW_YEAR, stepUpTtlMs: HOUR_MS });
    const times = { createdAt: NEW_YEAR, lastSeenAt: NEW_YEAR, elevatedUntil: after(HOUR_MS) };
    assert.deepEqual(session.toSnapshot(), { ...start, ...times });
    assert.deepEqual([session.id, session.userId], [start.id, start.userId]);
  });

  it('keeps the first 200 characters of User-Agent', () => {
    const { createdAt, lastSeenAt, elevatedUntil, ...start } = aSession().toSnapshot();
    const agentOf = (userAgent: string) =>
      Session.open({ ...start, userAgent, at: NEW_YEAR, stepUpTtlMs: HOUR_MS }).toSnapshot().userAgent;
    assert.equal(agentOf('x'.repeat(200)), 'x'.repeat(200));
    assert.equal(agentOf(`${'x'.repeat(200)}y`), 'x'.repeat(200));
    assert.equal(agentOf(''), '');
  });

  it('is live from its first moment', () => {
    assert.equal(aSession().isLive(NEW_YEAR, LIMITS), true);
  });

  it('ASVS 7.3.1: is live up to the last millisecond of the idle limit and not at it', () => {
    assert.equal(aSession().isLive(after(LIMITS.idleMs - 1), LIMITS), true);
    assert.equal(aSession().isLive(after(LIMITS.idleMs), LIMITS), false);
  });

  it('counts idleness from when it was last seen', () => {
    const session = aSession({ lastSeenAt: after(DAY_MS) });
    assert.equal(session.isLive(after(DAY_MS + LIMITS.idleMs - 1), LIMITS), true);
    assert.equal(session.isLive(after(DAY_MS + LIMITS.idleMs), LIMITS), false);
  });

  it('ASVS 7.3.2: ends at its longest life, however busy it was', () => {
    const busy = aSession({ lastSeenAt: after(LIMITS.ttlMs - 1) });
    assert.equal(busy.isLive(after(LIMITS.ttlMs - 1), LIMITS), true);
    assert.equal(busy.isLive(after(LIMITS.ttlMs), LIMITS), false);
  });

  it('is not live where a clock that was ahead has begun it, but where another clock is a little ahead', () => {
    assert.equal(aSession({ at: after(MAX_CLOCK_SKEW_MS) }).isLive(NEW_YEAR, LIMITS), true);
    assert.equal(aSession({ at: after(MAX_CLOCK_SKEW_MS + 1) }).isLive(NEW_YEAR, LIMITS), false);
  });

  it('is worth touching where a clock that was ahead has touched it', () => {
    assert.equal(aSession({ lastSeenAt: after(MAX_CLOCK_SKEW_MS) }).needsTouch(NEW_YEAR, LIMITS), false);
    assert.equal(aSession({ lastSeenAt: after(MAX_CLOCK_SKEW_MS + 1) }).needsTouch(NEW_YEAR, LIMITS), true);
  });

  it('is worth touching once a minute', () => {
    assert.equal(aSession().needsTouch(after(59_999), LIMITS), false);
    assert.equal(aSession().needsTouch(after(60_000), LIMITS), true);
  });

  it('is touched sooner where the idle limit is short, lest a busy one ends', () => {
    const short = { ...LIMITS, idleMs: 10_000 };
    assert.equal(aSession().needsTouch(after(999), short), false);
    assert.equal(aSession().needsTouch(after(1_000), short), true);
  });

  it('cannot have been seen before it began', () => {
    assert.throws(() => aSession({ lastSeenAt: after(-1) }), BrokenInvariant);
  });

  it('comes back from its snapshot the same', () => {
    const snapshot = aSession({ lastSeenAt: after(HOUR_MS) }).toSnapshot();
    assert.deepEqual(Session.fromSnapshot(snapshot).toSnapshot(), snapshot);
  });
});
