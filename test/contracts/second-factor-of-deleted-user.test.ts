import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DerivedKeySealer } from '../../src/adapters/driven/encryption/derived-key-sealer.ts';
import { CryptoRandom } from '../../src/adapters/driven/system/crypto-random.ts';
import { Sha256TokenHasher } from '../../src/adapters/driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../src/adapters/driven/system/uuidv7-ids.ts';
import { OtpauthPasswords } from '../../src/adapters/driven/totp/otpauth-passwords.ts';
import { Throttle } from '../../src/application/throttle/throttle.ts';
import { FactorRequirement } from '../../src/application/user/factor-requirement.ts';
import { ManageSecondFactor } from '../../src/application/user/manage-second-factor.ts';
import { LockedLoginBuffer } from '../../src/application/user/notify-locked-logins.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import { SessionId } from '../../src/domain/user/session-id.ts';
import type { UnitOfWork } from '../../src/ports/unit-of-work.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aUser } from '../builders/user-builder.ts';
import { FixedClock } from '../doubles/fixed-clock.ts';
import { MemorySecurityLog } from '../doubles/memory-security-log.ts';
import { OPEN_STORES, type OpenStores } from './open-stores.ts';

const ada = aUser();
const client = { ip: '192.0.2.1', userAgent: 'test', requestId: 'r1' };
const caller = Caller.inSession({
  userId: ada.id,
  sessionId: SessionId.parse(anId(4)),
  role: undefined,
  elevatedUntil: Instant.plusMs(NEW_YEAR, 1),
  stepUpTtlMs: 60_000,
  administrationIsOpen: false,
});

/** `meanwhile` runs before each unit of work. */
const secondFactors = (stores: OpenStores, meanwhile: () => Promise<unknown>) => {
  const unitOfWork: UnitOfWork = {
    async run(work, options) {
      await meanwhile();
      return stores.unitOfWork.run(work, options);
    },
  };
  const current = new Secret('a sealing key of more than 32 characters');
  const sealer = new DerivedKeySealer(() => ({ current, old: undefined }));
  const deps = {
    tokenHasher: new Sha256TokenHasher(),
    idGenerator: new Uuidv7Ids(),
    securityLog: new MemorySecurityLog(),
    unitOfWork,
  };
  return new ManageSecondFactor({
    ...deps,
    secondFactors: stores.secondFactors,
    sealer,
    oneTimePasswords: new OtpauthPasswords('Guildhall'),
    randomSource: new CryptoRandom(),
    clock: new FixedClock(NEW_YEAR),
    throttle: new Throttle({ ...deps, isOn: true }),
    lockedLogins: new LockedLoginBuffer(),
    factorRequirement: new FactorRequirement({ sealer, requiredFactors: 'off', administrationIsOpen: false }),
    registration: 'open',
  });
};

for (const [store, open] of OPEN_STORES) {
  describe(`a second factor of an account that is deleted meanwhile: ${store}`, () => {
    it('does not begin', async () => {
      await using stores = await open();
      await stores.unitOfWork.run(({ users }) => users.save(ada));
      const remove = () => stores.unitOfWork.run(({ users }) => users.remove(ada.id));
      await assert.rejects(secondFactors(stores, remove).begin({ caller, client }), { code: 'user.not-found' });
    });
  });
}
