import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { Instant } from '../shared/instant.ts';
import { Age } from './age.ts';
import { BanReason } from './ban.ts';
import { Email } from './email.ts';
import { PasswordHash } from './password-hash.ts';
import { User } from './user.ts';
import { UserName } from './user-name.ts';

const LATER = Instant.plusMs(NEW_YEAR, 1);
const OTHER_HASH = PasswordHash.parse('$argon2id$v=19$m=65536,t=3,p=1$b3RoZXI$b3RoZXI');
const THIRD_HASH = PasswordHash.parse('$argon2id$v=19$m=65536,t=3,p=1$dGhpcmQ$dGhpcmQ');

describe('User', () => {
  it('comes in with what was said of them, at that moment, and not yet saved', () => {
    const { passwordHash, ...person } = aUser().toSnapshot();
    assert.match(passwordHash ?? '', /^\$argon2id\$/);
    assert.deepEqual(person, {
      id: anId(1),
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      age: 36,
      createdAt: NEW_YEAR,
      role: null,
      roleSince: null,
      emailConfirmedAt: null,
      pendingEmail: null,
      hasSecondFactor: false,
      ban: null,
      isSample: false,
      version: 0,
    });
  });

  it('may come in with nothing but an address', () => {
    const { name, age, passwordHash } = aUser({ name: null, age: null, passwordHash: null }).toSnapshot();
    assert.deepEqual([name, age, passwordHash], [null, null, null]);
  });

  it('shows what the server asks for most', () => {
    const ada = aUser();
    const { id, email, name, passwordHash } = ada.toSnapshot();
    assert.deepEqual([ada.id, ada.email, ada.name, ada.passwordHash], [id, email, name, passwordHash]);
  });

  it('changes one thing and leaves everything else', () => {
    const ada = aUser();
    const before = ada.toSnapshot();
    const changes = {
      name: [ada.rename(UserName.parse('Augusta')), 'Augusta'],
      age: [ada.changeAge(Age.parse(37, 18)), 37],
      email: [ada.changeEmail(Email.parse('augusta@example.com')), 'augusta@example.com'],
      passwordHash: [ada.setPassword(OTHER_HASH), OTHER_HASH],
    } as const;
    for (const [what, [after, value]] of Object.entries(changes)) {
      assert.deepEqual(after.toSnapshot(), { ...before, [what]: value });
    }
  });

  it('may take back its name and age', () => {
    assert.equal(aUser().rename(null).toSnapshot().name, null);
    assert.equal(aUser().changeAge(null).toSnapshot().age, null);
  });

  it('stays as it was when a next one comes of it', () => {
    const ada = aUser();
    const before = { ...ada.toSnapshot() };
    ada.rename(null).changeAge(null).setPassword(OTHER_HASH).changeEmail(Email.parse('eve@example.com'));
    assert.deepEqual(ada.toSnapshot(), before);
  });

  it('takes a stronger hash of the password that was verified', () => {
    const ada = aUser({ passwordHash: OTHER_HASH });
    assert.equal(ada.rehash(OTHER_HASH, THIRD_HASH).passwordHash, THIRD_HASH);
  });

  it('is banned since the first ban, for the reason of the last, until it is unbanned', () => {
    const [first, second] = [BanReason.parse('Chargeback'), BanReason.parse('Sold its key')];
    const banned = aUser().ban(first, NEW_YEAR);
    assert.deepEqual(banned.toSnapshot().ban, { at: NEW_YEAR, reason: first });
    assert.deepEqual(banned.ban(second, LATER).toSnapshot().ban, { at: NEW_YEAR, reason: second });
    assert.deepEqual(banned.ban(null, LATER).toSnapshot().ban, { at: NEW_YEAR, reason: null });
    assert.deepEqual([aUser().isBanned, banned.isBanned, banned.unban().isBanned], [false, true, false]);
    assert.deepEqual(banned.unban().toSnapshot(), aUser().toSnapshot());
    assert.throws(() => aUser().unban(), { code: 'user.state' });
  });

  it('gets no license while it is banned', () => {
    assert.doesNotThrow(() => aUser().assertMayGetLicense());
    assert.throws(() => aUser().ban(null, NEW_YEAR).assertMayGetLicense(), { code: 'user.state' });
  });

  it('does not bring an old password back by hashing it more strongly', () => {
    const ada = aUser().setPassword(THIRD_HASH);
    assert.throws(() => ada.rehash(OTHER_HASH, OTHER_HASH), { code: 'user.stale' });
    assert.equal(ada.passwordHash, THIRD_HASH);
    assert.throws(() => aUser({ passwordHash: null }).rehash(OTHER_HASH, THIRD_HASH), { code: 'user.stale' });
  });

  it('comes back from its snapshot the same, its version included', () => {
    const saved = { ...aUser().toSnapshot(), version: 7 };
    assert.deepEqual(User.fromSnapshot(saved).toSnapshot(), saved);
    assert.equal(User.fromSnapshot(saved).rename(null).toSnapshot().version, 7);
  });

  describe('its address', () => {
    const [old, next] = [Email.parse('ada@example.com'), Email.parse('augusta@example.com')];
    const confirmed = aUser().confirmEmail(old, NEW_YEAR);
    const stateOf = (user: User) => {
      const { email, emailConfirmedAt, pendingEmail } = user.toSnapshot();
      return { email, emailConfirmedAt, pendingEmail };
    };

    it('is confirmed once, at the first time', () => {
      assert.equal(aUser().hasConfirmedEmail, false);
      const again = confirmed.confirmEmail(Email.parse('ADA@example.com'), LATER);
      assert.deepEqual(stateOf(again), { email: old, emailConfirmedAt: NEW_YEAR, pendingEmail: null });
    });

    it('is not confirmed after a change, but for its spelling', () => {
      const changed = confirmed.requestEmail(next).changeEmail(next);
      assert.deepEqual(stateOf(changed), { email: next, emailConfirmedAt: null, pendingEmail: null });
      for (const change of ['changeEmail', 'requestEmail'] as const) {
        const spelled = confirmed[change](Email.parse('ADA@example.com'));
        assert.deepEqual(stateOf(spelled), {
          email: 'ADA@example.com',
          emailConfirmedAt: NEW_YEAR,
          pendingEmail: null,
        });
      }
    });

    it('stays until the requested one is confirmed', () => {
      const requested = confirmed.requestEmail(next);
      assert.deepEqual(stateOf(requested), { email: old, emailConfirmedAt: NEW_YEAR, pendingEmail: next });
      const after = { email: next, emailConfirmedAt: LATER, pendingEmail: null };
      assert.deepEqual(stateOf(requested.confirmEmail(next, LATER)), after);
    });

    it('is not replaced by one that was not requested last', () => {
      for (const user of [confirmed, confirmed.requestEmail(next).requestEmail(Email.parse('eve@example.com'))]) {
        assert.throws(() => user.confirmEmail(next, LATER), { code: 'confirmation.refused' });
      }
    });

    it('stays for good where it is what is asked for, however it is spelled', () => {
      const requested = confirmed.requestEmail(next);
      for (const user of [requested.requestEmail(old), requested.changeEmail(old)]) {
        assert.deepEqual(user.toSnapshot(), confirmed.toSnapshot());
      }
      const spelled = requested.requestEmail(Email.parse('ADA@example.com'));
      assert.deepEqual([spelled.email, spelled.pendingEmail], ['ADA@example.com', null]);
    });

    it('is no longer to be replaced after a new password, which ends what others may have asked for', () => {
      const requested = confirmed.requestEmail(next);
      for (const user of [
        requested.setPassword(OTHER_HASH),
        requested.withoutPassword(),
        requested.withoutPendingEmail(),
      ]) {
        assert.deepEqual(stateOf(user), { email: old, emailConfirmedAt: NEW_YEAR, pendingEmail: null });
        assert.throws(() => user.confirmEmail(next, LATER), { code: 'confirmation.refused' });
      }
    });

    it('is still to be replaced after a rehash of the same password', () => {
      const requested = aUser({ passwordHash: OTHER_HASH }).requestEmail(next);
      assert.equal(requested.rehash(OTHER_HASH, THIRD_HASH).pendingEmail, next);
    });

    it('returns without the password', () => {
      const taken = confirmed.requestEmail(next).confirmEmail(next, NEW_YEAR).setPassword(OTHER_HASH);
      const returned = taken.returnToEmail(old, LATER);
      assert.deepEqual(stateOf(returned), { email: old, emailConfirmedAt: LATER, pendingEmail: null });
      assert.equal(returned.passwordHash, null);
    });
  });
});
