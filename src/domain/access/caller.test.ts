import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { SessionId } from '../user/session-id.ts';
import { UserId } from '../user/user-id.ts';
import { Caller } from './caller.ts';

const [ada, eve, device] = [UserId.parse(anId(1)), UserId.parse(anId(2)), SessionId.parse(anId(3))];

const adaHerself = Caller.inSession({ userId: ada, sessionId: device, administrationIsOpen: false });
const adaInDevelopment = Caller.inSession({ userId: ada, sessionId: device, administrationIsOpen: true });
const anonymous = Caller.anonymous({ administrationIsOpen: false });
const anonymousInDevelopment = Caller.anonymous({ administrationIsOpen: true });
const administrator = Caller.administrator();

const UNAUTHENTICATED = { code: 'access.unauthenticated' };
const FORBIDDEN = { code: 'access.forbidden' };

describe('Caller', () => {
  it('knows who asks, and from which device', () => {
    assert.deepEqual([adaHerself.userId, adaHerself.sessionId], [ada, device]);
    for (const caller of [anonymous, anonymousInDevelopment, administrator]) {
      assert.deepEqual([caller.userId, caller.sessionId], [undefined, undefined]);
    }
  });

  it('lets an administrator administer, with a key or where administration is open', () => {
    for (const caller of [administrator, adaInDevelopment, anonymousInDevelopment]) {
      assert.equal(caller.isAdministrator, true);
      assert.doesNotThrow(() => caller.requireAdministrator());
    }
  });

  it('asks an anonymous caller to log in for administration, and forbids it to a user', () => {
    assert.throws(() => anonymous.requireAdministrator(), UNAUTHENTICATED);
    assert.throws(() => adaHerself.requireAdministrator(), FORBIDDEN);
    assert.equal(adaHerself.isAdministrator, false);
  });

  it('lets people at their own record, and administrators at any', () => {
    assert.doesNotThrow(() => adaHerself.requireSelfOrAdministrator(ada));
    for (const caller of [administrator, adaInDevelopment, anonymousInDevelopment]) {
      for (const userId of [ada, eve]) assert.doesNotThrow(() => caller.requireSelfOrAdministrator(userId));
    }
  });

  it('asks an anonymous caller to log in for a record, and forbids other people', () => {
    assert.throws(() => anonymous.requireSelfOrAdministrator(ada), UNAUTHENTICATED);
    assert.throws(() => adaHerself.requireSelfOrAdministrator(eve), FORBIDDEN);
  });

  it('says nothing of whose record it was', () => {
    assert.throws(
      () => adaHerself.requireSelfOrAdministrator(eve),
      (error) => error instanceof Error && !error.message.includes(eve),
    );
  });

  it('is a user in a session only; a key is none', () => {
    assert.equal(adaHerself.requireUser(), ada);
    assert.equal(adaInDevelopment.requireUser(), ada);
    for (const caller of [anonymous, anonymousInDevelopment, administrator]) {
      assert.throws(() => caller.requireUser(), UNAUTHENTICATED);
    }
  });

  it('ASVS 7.5.1: proves the password once more, unless it administers another user', () => {
    assert.equal(adaHerself.needsCurrentPassword(ada), true);
    assert.equal(adaInDevelopment.needsCurrentPassword(ada), true);
    assert.equal(adaHerself.needsCurrentPassword(eve), true);
    assert.equal(anonymous.needsCurrentPassword(ada), true);
    assert.equal(adaInDevelopment.needsCurrentPassword(eve), false);
    assert.equal(administrator.needsCurrentPassword(ada), false);
  });
});
