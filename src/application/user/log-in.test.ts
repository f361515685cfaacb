import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { AuditedMemoryStores } from '../../../test/audit/audited-memory-stores.ts';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { allSessionsOf } from '../../../test/builders/session-builder.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { MemorySecurityLog } from '../../../test/doubles/memory-security-log.ts';
import { DerivedKeySealer } from '../../adapters/driven/encryption/derived-key-sealer.ts';
import { CryptoRandom } from '../../adapters/driven/system/crypto-random.ts';
import { Sha256TokenHasher } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { OtpauthPasswords } from '../../adapters/driven/totp/otpauth-passwords.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { Email } from '../../domain/user/email.ts';
import { KnownNetwork } from '../../domain/user/known-network.ts';
import { PasswordHash } from '../../domain/user/password-hash.ts';
import { TokenHash } from '../../domain/user/token-hash.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import { Throttle } from '../throttle/throttle.ts';
import { LogIn } from './log-in.ts';
import { loginLimits } from './login-attempts.ts';
import { LockedLoginBuffer } from './notify-locked-logins.ts';

const OLD = PasswordHash.parse('$argon2id$old');
const NEW = PasswordHash.parse('$argon2id$new');
const CLIENT = { ip: '192.0.2.1', userAgent: 'test', requestId: 'r1' };

/** A log-in with the right password; `meanwhile` runs while it is compared. */
const logInWhile = async (
  meanwhile: (stores: AuditedMemoryStores, throttle: Throttle) => Promise<void>,
  ThrottleOf: typeof Throttle = Throttle,
) => {
  const stores = new AuditedMemoryStores();
  const user = aUser({ id: anId(1), email: 'ada@example.com', passwordHash: OLD });
  await stores.arrange(({ users }) => users.save(user));
  const hash = mock.fn(async () => NEW);
  const passwordHasher: PasswordHasher = {
    expectParameters: () => {},
    hash,
    isOutdated: (stored) => stored === OLD,
    async verify() {
      await meanwhile(stores, throttle);
      return true;
    },
  };
  const tokenHasher = new Sha256TokenHasher();
  const securityLog = new MemorySecurityLog();
  const idGenerator = new Uuidv7Ids();
  const throttle = new ThrottleOf({ unitOfWork: stores, idGenerator, tokenHasher, securityLog, isOn: true });
  const logIn = new LogIn({
    userQueries: stores.users,
    knownNetworks: stores.knownNetworks,
    unitOfWork: stores,
    passwordHasher,
    oneTimePasswords: new OtpauthPasswords('Guildhall'),
    sealer: new DerivedKeySealer(() => ({ current: undefined, old: undefined })),
    tokenHasher,
    randomSource: new CryptoRandom(),
    idGenerator,
    throttle,
    lockedLogins: new LockedLoginBuffer(),
    registration: 'open',
    clock: new FixedClock(NEW_YEAR),
    securityLog,
    sessionLimits: { idleMs: 1_000, ttlMs: 1_000 },
    sessionsPerUser: 100,
    confirmedOnly: false,
    refusesSamples: false,
    stepUpTtlMs: 1_000,
  });
  const loggingIn = logIn.execute({ email: 'ada@example.com', password: new Secret('right'), client: CLIENT });
  return { loggingIn, hash, securityLog, sessions: () => stores.sessions.list(allSessionsOf(user.id)) };
};

describe('LogIn', () => {
  it('opens no session for a password that was changed while it was being compared', async () => {
    const { loggingIn, sessions } = await logInWhile((stores) =>
      stores.arrange(async ({ users }) => users.save((await users.get(aUser({ id: anId(1) }).id)).setPassword(NEW))),
    );
    await assert.rejects(loggingIn, { code: 'credentials.wrong' });
    assert.deepEqual(await sessions(), []);
  });

  it('opens no session for a user that was removed meanwhile', async () => {
    const { loggingIn, sessions } = await logInWhile(async (stores) => {
      await stores.arrange(({ users }) => users.remove(aUser({ id: anId(1) }).id));
    });
    await assert.rejects(loggingIn, { code: 'credentials.wrong' });
    assert.deepEqual(await sessions(), []);
  });

  it('does not reveal a correct guess if the last allowed one was answered as wrong meanwhile', async () => {
    const { loggingIn, sessions } = await logInWhile(async ({ knownNetworks }, throttle) => {
      const login = {
        address: Email.canonicalize('ada@example.com'),
        userId: aUser().id,
        at: NEW_YEAR,
        client: CLIENT,
      };
      const { attempts } = await loginLimits({ knownNetworks, tokenHasher: new Sha256TokenHasher() }, login);
      for (let nth = 0; nth < 10; nth += 1) {
        await throttle.countThen(attempts, NEW_YEAR, CLIENT, async () => {});
      }
    });
    await assert.rejects(loggingIn, { code: 'throttle.exceeded' });
    assert.deepEqual(await sessions(), []);
  });

  it('counts with as many different windows for an account, a known network and an unknown address', async () => {
    const windows = async (userId: UserId | undefined, known?: KnownNetwork) => {
      const login = { address: Email.canonicalize('ada@example.com'), userId, at: NEW_YEAR, client: CLIENT };
      const knownNetworks = { find: async () => known, listOf: async () => [] };
      const { counted } = await loginLimits({ knownNetworks, tokenHasher: new Sha256TokenHasher() }, login);
      return new Set(counted.map(({ policy }) => policy.windowMs)).size;
    };
    const { id } = aUser();
    const known = KnownNetwork.ofLogin({ hash: TokenHash.parse('0'.repeat(64)), userId: id, at: NEW_YEAR });
    assert.deepEqual(await Promise.all([windows(id), windows(id, known), windows(undefined)]), [3, 3, 3]);
  });

  it('is locked where the lock ends between its look at the failures and its count', async () => {
    class EndsMeanwhile extends Throttle {
      override async isUsedUp(): Promise<boolean> {
        return true;
      }
    }
    const { loggingIn, hash, securityLog } = await logInWhile(async () => {}, EndsMeanwhile);
    await assert.rejects(loggingIn, { code: 'credentials.wrong' });
    assert.equal(hash.mock.callCount(), 0, 'a rehash would take the time that reveals the right password');
    assert.deepEqual(
      securityLog.events.map(({ event }) => event),
      ['authn_login_fail_max'],
    );
  });

  it('opens one where nothing happened', async () => {
    const { loggingIn, hash, sessions } = await logInWhile(async () => {});
    await loggingIn;
    assert.equal((await sessions()).length, 1);
    assert.equal(hash.mock.callCount(), 1, 'the outdated hash is replaced');
  });
});
