import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { Caller } from '../../domain/access/caller.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { ListSessions } from './list-sessions.ts';

describe('the sessions of a user', () => {
  const never = () => assert.fail('the store is not asked');
  const listSessions = new ListSessions({
    sessionQueries: { findByToken: never, list: never },
    clock: { now: never },
    sessionLimits: { ttlMs: 1, idleMs: 1 },
    staffIdleMs: 1,
  });
  const session = {
    userId: UserId.parse(anId(1)),
    sessionId: SessionId.parse(anId(2)),
    stepUpTtlMs: 1,
    administrationIsOpen: false,
  };

  it('are not listed for another user or an anonymous caller', async () => {
    const of = (caller: Caller) => listSessions.ofUser({ caller, userId: UserId.parse(anId(3)), limit: 10 });
    await assert.rejects(of(Caller.inSession(session)), { code: 'access.forbidden' });
    await assert.rejects(of(Caller.anonymous({ administrationIsOpen: false })), { code: 'access.unauthenticated' });
  });
});
