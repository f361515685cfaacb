import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aToken } from '../../../test/builders/api-token-builder.ts';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aKey } from '../../../test/builders/license-builder.ts';
import { Product } from '../license/product.ts';
import { MAX_CLOCK_SKEW_MS } from '../shared/clock-skew.ts';
import { Instant } from '../shared/instant.ts';
import { SessionId } from '../user/session-id.ts';
import { UserId } from '../user/user-id.ts';
import { Caller, StepUpRequired } from './caller.ts';
import { ROLES, type Role, SCOPES } from './scope.ts';

const [ada, eve, device] = [UserId.parse(anId(1)), UserId.parse(anId(2)), SessionId.parse(anId(3))];
const license = { userId: ada, key: aKey(1) };
const session = { userId: ada, sessionId: device, stepUpTtlMs: 600_000, administrationIsOpen: false };

const person = Caller.inSession(session);
const neighbor = Caller.inSession({ ...session, userId: eve });
const staff = (role: Role) => Caller.inSession({ ...session, role });
const personInDevelopment = Caller.inSession({ ...session, administrationIsOpen: true });
const application = Caller.withLicenseKey(license.key);
const otherApplication = Caller.withLicenseKey(aKey(2));
const anonymous = Caller.anonymous({ administrationIsOpen: false });
const anonymousInDevelopment = Caller.anonymous({ administrationIsOpen: true });
const withToken = (parts: Parameters<typeof aToken>[0]) => {
  const { scopes, ...access } = aToken(parts).toSnapshot();
  return Caller.withToken({ ...access, scopes });
};
const [root, system] = [Caller.root(), Caller.system('cli')];

const UNAUTHENTICATED = { code: 'access.unauthenticated' };
const FORBIDDEN = { code: 'access.forbidden' };

describe('Caller', () => {
  it('has a kind and an identity', () => {
    const kinds = [root, staff('reader'), person, application, system, anonymous, anonymousInDevelopment];
    assert.deepEqual(
      kinds.map(({ kind }) => kind),
      ['root', 'staff', 'person', 'license', 'system', 'anonymous', 'anonymous'],
    );
    assert.deepEqual([person.userId, person.sessionId], [ada, device]);
    for (const caller of [anonymous, anonymousInDevelopment, root, system]) {
      assert.deepEqual([caller.userId, caller.sessionId], [undefined, undefined]);
    }
  });

  it('has the scopes of its kind and role', () => {
    for (const caller of [root, system, staff('admin'), personInDevelopment, anonymousInDevelopment]) {
      for (const scope of SCOPES) assert.doesNotThrow(() => caller.require(scope));
    }
    for (const scope of SCOPES) {
      for (const caller of [person, application]) assert.throws(() => caller.require(scope), FORBIDDEN);
      assert.throws(() => anonymous.require(scope), UNAUTHENTICATED);
    }
    for (const role of ['support', 'reader'] as const) {
      const granted: readonly string[] = ROLES[role];
      for (const scope of SCOPES) assert.equal(staff(role).has(scope), granted.includes(scope), `${role} ${scope}`);
    }
  });

  it('names the missing scope', () => {
    assert.throws(() => staff('reader').require('users:ban'), { ...FORBIDDEN, message: /users:ban/ });
    assert.throws(() => neighbor.require('users:read', { self: ada }), { ...FORBIDDEN, message: /users:read/ });
  });

  it('needs staff:write in addition for another person with a role', () => {
    const colleague = { id: eve, role: 'reader' } as const;
    for (const caller of [root, system, staff('admin')]) {
      assert.doesNotThrow(() => caller.requireStaffAccess(colleague));
      assert.ok(caller.hasStaffAccess(colleague));
    }
    assert.throws(() => staff('support').requireStaffAccess(colleague), { ...FORBIDDEN, message: /staff:write/ });
    assert.ok(!staff('support').hasStaffAccess(colleague));
    for (const open of [{ id: ada, role: 'support' } as const, { id: eve, role: null }]) {
      assert.doesNotThrow(() => staff('support').requireStaffAccess(open));
      assert.ok(staff('support').hasStaffAccess(open));
    }
  });

  it('needs no scope for its own record', () => {
    assert.doesNotThrow(() => person.require('users:read', { self: ada }));
    assert.throws(() => neighbor.require('users:read', { self: ada }), FORBIDDEN);
    assert.throws(() => application.require('users:read', { self: ada }), FORBIDDEN);
    assert.throws(() => anonymous.require('users:read', { self: ada }), UNAUTHENTICATED);
  });

  it('does not reveal whose record it was', () => {
    assert.throws(
      () => neighbor.require('users:read', { self: ada }),
      (error) => error instanceof Error && !error.message.includes(ada),
    );
  });

  it('needs no scope for its own license, nor for the license of its key', () => {
    for (const caller of [person, application, root, staff('support')]) {
      assert.doesNotThrow(() => caller.require('licenses:write', { license }));
    }
    for (const caller of [neighbor, otherApplication]) {
      assert.throws(() => caller.require('licenses:write', { license }), FORBIDDEN);
    }
    assert.throws(() => anonymous.require('licenses:write', { license }), UNAUTHENTICATED);
  });

  it('ASVS 8.2.2: needs the scope for a record that does not exist, which looks like that of another', () => {
    const messageOf = (work: () => void): string => {
      try {
        work();
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
      return assert.fail('Access was granted');
    };
    for (const caller of [neighbor, otherApplication, withToken({}), anonymous]) {
      for (const [theirs, absent] of [
        [{ license }, { license: null }],
        [{ self: ada }, { self: null }],
      ]) {
        const denied = messageOf(() => caller.require('licenses:write', theirs));
        assert.equal(
          messageOf(() => caller.require('licenses:write', absent)),
          denied,
        );
      }
    }
    assert.doesNotThrow(() => staff('support').require('licenses:write', { license: null }));
  });

  it('ASVS 7.5.3: has logged in or stepped up not long ago, in a session', () => {
    const required = { code: 'access.step-up-required', maxAgeSeconds: 600 };
    const end = Instant.plusMs(NEW_YEAR, 600_000);
    for (const role of [undefined, 'reader', 'admin'] as const) {
      const elevated = Caller.inSession({ ...session, role, elevatedUntil: end });
      assert.doesNotThrow(() => elevated.requireStepUp(NEW_YEAR));
      assert.doesNotThrow(() => elevated.requireStepUp(Instant.plusMs(end, -1)));
      assert.throws(() => elevated.requireStepUp(end), required);
      assert.throws(() => Caller.inSession({ ...session, role }).requireStepUp(NEW_YEAR), required);
    }
  });

  it('is not elevated by a clock that was ahead, but where another clock is a little ahead', () => {
    const until = (ms: number) => Caller.inSession({ ...session, elevatedUntil: Instant.plusMs(NEW_YEAR, ms) });
    assert.doesNotThrow(() => until(600_000 + MAX_CLOCK_SKEW_MS).requireStepUp(NEW_YEAR));
    assert.throws(() => until(600_001 + MAX_CLOCK_SKEW_MS).requireStepUp(NEW_YEAR), StepUpRequired);
  });

  it('needs no step-up outside a session, nor where administration is open', () => {
    for (const caller of [root, system, application, anonymous, anonymousInDevelopment, personInDevelopment]) {
      assert.doesNotThrow(() => caller.requireStepUp(NEW_YEAR));
    }
  });

  it('is authenticated with any credentials', () => {
    for (const caller of [person, application, otherApplication, root, system, anonymousInDevelopment]) {
      assert.doesNotThrow(() => caller.requireAuthenticated());
    }
    assert.throws(() => anonymous.requireAuthenticated(), UNAUTHENTICATED);
  });

  it('is the command line only where nothing else may act', () => {
    assert.doesNotThrow(() => system.requireSystem());
    for (const caller of [root, staff('admin'), personInDevelopment]) {
      assert.throws(() => caller.requireSystem(), FORBIDDEN);
    }
    assert.throws(() => anonymousInDevelopment.requireSystem(), UNAUTHENTICATED);
  });

  it('is a user in a session only', () => {
    for (const caller of [person, personInDevelopment]) {
      assert.deepEqual(caller.requireSession(), { userId: ada, sessionId: device });
    }
    for (const caller of [anonymous, anonymousInDevelopment, root, system, application]) {
      assert.throws(() => caller.requireSession(), UNAUTHENTICATED);
    }
  });

  it('ASVS 7.5.1: proves the password once more, unless it changes another user', () => {
    for (const caller of [person, personInDevelopment, staff('admin')]) {
      assert.equal(caller.needsCurrentPassword(ada), true);
    }
    for (const caller of [person, staff('support')]) assert.equal(caller.needsCurrentPassword(eve), true);
    assert.equal(anonymous.needsCurrentPassword(ada), true);
    for (const caller of [personInDevelopment, staff('admin')]) assert.equal(caller.needsCurrentPassword(eve), false);
    assert.equal(root.needsCurrentPassword(ada), false);
  });

  it('is a token with scopes of its own, and no user', () => {
    const token = withToken({ scopes: ['users:read'] });
    assert.deepEqual([token.kind, token.id, token.userId], ['token', anId(0x7001), undefined]);
    assert.doesNotThrow(() => token.require('users:read'));
    assert.throws(() => token.require('users:write', { self: ada }), FORBIDDEN);
    assert.throws(() => token.require('licenses:write', { license }), FORBIDDEN);
    assert.throws(() => token.requireSession(), UNAUTHENTICATED);
    assert.doesNotThrow(() => token.requireAuthenticated());
    assert.doesNotThrow(() => token.requireStepUp(NEW_YEAR));
  });

  it('sees only licenses of its products', () => {
    const editor = Product.parse('editor');
    const restricted = withToken({ scopes: ['licenses:write'], products: ['editor', 'player'] });
    assert.deepEqual(restricted.products, ['editor', 'player']);
    assert.doesNotThrow(() => restricted.requireVisible({ product: editor }));
    assert.doesNotThrow(() => restricted.requireProduct('editor'));
    for (const product of [null, Product.parse('Editor'), Product.parse('server')]) {
      assert.throws(() => restricted.requireVisible({ product }), { code: 'license.not-found' });
      assert.throws(() => restricted.requireProduct(product), { code: 'token.product-refused' });
    }
    for (const caller of [withToken({}), root, staff('reader'), anonymousInDevelopment]) {
      assert.equal(caller.products, undefined);
      assert.doesNotThrow(() => caller.requireVisible({ product: null }));
      assert.doesNotThrow(() => caller.requireProduct(null));
    }
  });

  it('gives a token no more than it has itself', () => {
    const TOO_WIDE = { code: 'token.scope-too-wide' };
    assert.throws(() => staff('reader').requireWithin({ scopes: ['users:ban'] }), {
      ...TOO_WIDE,
      message: /users:ban/,
    });
    assert.doesNotThrow(() => staff('reader').requireWithin({ scopes: ['users:read'], networks: [], products: [] }));
    for (const caller of [person, root, system, anonymous, application]) {
      assert.doesNotThrow(() => caller.requireWithin({ scopes: ['staff:write'] }));
    }
    const token = withToken({ scopes: ['licenses:read'], products: ['editor'], networks: ['10.0.0.0/8'] });
    const end = Instant.plusMs(NEW_YEAR, 90 * 86_400_000);
    const within = {
      scopes: ['licenses:read'],
      products: ['editor'],
      networks: ['10.1.0.0/16'],
      expiresAt: end,
    } as const;
    assert.doesNotThrow(() => token.requireWithin(within));
    assert.doesNotThrow(() => token.requireWithin({ networks: ['10.1.0.0/16'] }));
    for (const wider of [
      { scopes: ['licenses:read', 'licenses:write'] as const },
      { products: [] },
      { products: ['editor', 'player'] },
      { networks: [] },
      { networks: ['10.1.0.0/16', '192.0.2.0/24'] },
      { networks: ['elsewhere'] },
      { expiresAt: Instant.plusMs(end, 1) },
    ]) {
      assert.throws(() => token.requireWithin({ ...within, ...wider }), TOO_WIDE, JSON.stringify(wider));
    }
  });
});
