import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import {
  type OpenStores,
  openMemoryStores,
  openPostgresStores,
  openSqliteStores,
} from '../../../test/contracts/open-stores.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { MemorySecurityLog } from '../../../test/doubles/memory-security-log.ts';
import { DerivedKeySealer } from '../../adapters/driven/encryption/derived-key-sealer.ts';
import { CryptoRandom } from '../../adapters/driven/system/crypto-random.ts';
import { Sha256TokenHasher } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { OtpauthPasswords } from '../../adapters/driven/totp/otpauth-passwords.ts';
import { Caller } from '../../domain/access/caller.ts';
import { Instant } from '../../domain/shared/instant.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import { Throttle } from '../throttle/throttle.ts';
import { FactorRequirement } from './factor-requirement.ts';
import { ManageSecondFactor } from './manage-second-factor.ts';
import { LockedLoginBuffer } from './notify-locked-logins.ts';

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

for (const [store, open] of [
  ['memory', openMemoryStores],
  ['SQLite', openSqliteStores],
  ['Postgres', openPostgresStores],
] as const) {
  describe(`a second factor of an account that is deleted meanwhile: ${store}`, () => {
    it('does not begin', async () => {
      await using stores = await open();
      await stores.unitOfWork.run(({ users }) => users.save(ada));
      const remove = () => stores.unitOfWork.run(({ users }) => users.remove(ada.id));
      await assert.rejects(secondFactors(stores, remove).begin({ caller, client }), { code: 'user.not-found' });
    });
  });
}
