import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuditedMemoryStores } from '../../../test/audit/audited-memory-stores.ts';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { allSessionsOf, aSession } from '../../../test/builders/session-builder.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { MemorySecurityLog } from '../../../test/doubles/memory-security-log.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { Caller } from '../../domain/access/caller.ts';
import type { Role } from '../../domain/access/scope.ts';
import { Instant } from '../../domain/shared/instant.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { EndSession } from './end-session.ts';

const client = { ip: '192.0.2.1', userAgent: 'test', requestId: 'r1' };

/** Two sessions of Ada and one of Bob. */
const aStore = async (role: Role | null) => {
  const unitOfWork = new AuditedMemoryStores();
  const ada = role === null ? aUser() : aUser().withRole(role, NEW_YEAR);
  const bob = aUser({ id: anId(2), email: 'bob@example.com' });
  await unitOfWork.arrange(async ({ users, sessions }) => {
    await users.save(ada);
    await users.save(bob);
    await sessions.add(aSession());
    await sessions.add(aSession({ id: anId(0x1002), tokenHash: 'a5'.repeat(32) }));
    await sessions.add(aSession({ id: anId(0x1003), tokenHash: 'b0'.repeat(32), userId: bob.id }));
  });
  const deps = { unitOfWork, idGenerator: new Uuidv7Ids(), clock: new FixedClock(NEW_YEAR) };
  const endSession = new EndSession({ ...deps, securityLog: new MemorySecurityLog() });
  return {
    endAll: (caller: Caller) => endSession.allOf({ caller, userId: ada.id, client }),
    left: async () =>
      (await Promise.all([ada, bob].map(({ id }) => unitOfWork.sessions.list(allSessionsOf(id))))).map(
        ({ length }) => length,
      ),
  };
};

const staff = (role: Role | undefined, elevatedUntil = Instant.plusMs(NEW_YEAR, 1)) =>
  Caller.inSession({
    userId: UserId.parse(anId(3)),
    sessionId: SessionId.parse(anId(4)),
    role,
    elevatedUntil,
    stepUpTtlMs: 60_000,
    administrationIsOpen: false,
  });

describe('the end of all sessions of a user', () => {
  it('ends theirs and no others', async () => {
    const store = await aStore(null);
    assert.deepEqual([await store.endAll(staff('support')), await store.left()], [2, [0, 1]]);
    assert.equal(await store.endAll(staff('support')), 0);
  });

  it('takes users:write and a step-up, and of a person with a role staff:write', async () => {
    const store = await aStore('reader');
    for (const [caller, code] of [
      [Caller.anonymous({ administrationIsOpen: false }), 'access.unauthenticated'],
      [staff(undefined), 'access.forbidden'],
      [staff('reader'), 'access.forbidden'],
      [staff('admin', NEW_YEAR), 'access.step-up-required'],
      [staff('support'), 'access.forbidden'],
    ] as const) {
      await assert.rejects(store.endAll(caller), { code });
    }
    assert.deepEqual(await store.left(), [2, 1]);
    assert.equal(await store.endAll(staff('admin')), 2);
  });
});
