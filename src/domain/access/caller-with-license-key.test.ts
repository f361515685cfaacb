import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { aKey } from '../../../test/builders/license-builder.ts';
import { SessionId } from '../user/session-id.ts';
import { UserId } from '../user/user-id.ts';
import { Caller } from './caller.ts';

const license = { userId: UserId.parse(anId(1)), key: aKey(1) };
const device = SessionId.parse(anId(3));
const owner = Caller.inSession({ userId: license.userId, sessionId: device, administrationIsOpen: false });
const neighbor = Caller.inSession({ userId: UserId.parse(anId(2)), sessionId: device, administrationIsOpen: false });
const application = Caller.withLicenseKey(license.key);
const otherApplication = Caller.withLicenseKey(aKey(2));
const anonymous = Caller.anonymous({ administrationIsOpen: false });

const UNAUTHENTICATED = { code: 'access.unauthenticated' };
const FORBIDDEN = { code: 'access.forbidden' };

describe('Caller with a license', () => {
  it('acts for it as its owner, as who holds its key, or as an administrator', () => {
    for (const caller of [owner, application, Caller.administrator()]) {
      assert.doesNotThrow(() => caller.requireLicenseAccess(license));
    }
  });

  it('acts for no license of another user, nor with the key of another license', () => {
    assert.throws(() => neighbor.requireLicenseAccess(license), FORBIDDEN);
    assert.throws(() => otherApplication.requireLicenseAccess(license), FORBIDDEN);
    assert.throws(() => anonymous.requireLicenseAccess(license), UNAUTHENTICATED);
  });

  it('is known as soon as anything was shown', () => {
    for (const caller of [owner, application, otherApplication, Caller.administrator()]) {
      assert.doesNotThrow(() => caller.requireAuthenticated());
    }
    assert.throws(() => anonymous.requireAuthenticated(), UNAUTHENTICATED);
  });

  it('opens nothing but the license by its key: no record, no administration, no session', () => {
    assert.throws(() => application.requireSelfOrAdministrator(license.userId), FORBIDDEN);
    assert.throws(() => application.requireAdministrator(), FORBIDDEN);
    assert.throws(() => application.requireUser(), UNAUTHENTICATED);
    assert.equal(application.isAdministrator, false);
  });
});
