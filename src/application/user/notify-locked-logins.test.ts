import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { MemorySecurityLog } from '../../../test/doubles/memory-security-log.ts';
import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import { Sha256TokenHasher } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { User } from '../../domain/user/user.ts';
import { PortError } from '../../ports/port-error.ts';
import { type Attempt, Throttle } from '../throttle/throttle.ts';
import { LockedLoginBuffer, NotifyLockedLogins } from './notify-locked-logins.ts';
import type { RegistrationMode } from './register-user.ts';

const DAY_MS = 86_400_000;
const ADA = aUser();
const FAILURES: Attempt = { policy: { name: 'failures', limit: 2, windowMs: 1_000 * DAY_MS }, subject: 'ada' };

const open = async (user: User | undefined, { registration = 'open' as RegistrationMode, failures = 2 } = {}) => {
  const unitOfWork = new MemoryStores();
  const deps = { unitOfWork, idGenerator: new Uuidv7Ids(), tokenHasher: new Sha256TokenHasher() };
  const throttle = new Throttle({ ...deps, securityLog: new MemorySecurityLog(), isOn: true });
  const lockedLogins = new LockedLoginBuffer();
  await unitOfWork.run(async (stores) => {
    if (user !== undefined) await stores.users.save(user);
    for (let n = 0; n < failures; n += 1) await throttle.isExceeded(stores, FAILURES, NEW_YEAR);
  });
  const notify = new NotifyLockedLogins({ ...deps, throttle, lockedLogins, registration });
  return {
    unitOfWork,
    notify,
    lock: (at = NEW_YEAR, { id: userId } = ADA) => lockedLogins.add({ userId, failures: FAILURES, isKnown: true, at }),
    queued: async () => {
      const at = Instant.plusMs(NEW_YEAR, 10 * DAY_MS);
      const claimed = await unitOfWork.run(({ outbox }) =>
        outbox.claim({ at, leaseUntil: at, latestDue: at, limit: 10 }),
      );
      return claimed.map(({ email }) => email);
    },
  };
};

const notice = (at: Instant, to = ADA.email as string) => ({ kind: 'logins-locked', to, isKnown: true, at });

describe('NotifyLockedLogins', () => {
  it('queues one email for an account, however often its log-ins are locked on a day', async () => {
    const { notify, lock, queued } = await open(ADA);
    for (const ms of [0, 1, DAY_MS - 1, DAY_MS]) {
      lock(Instant.plusMs(NEW_YEAR, ms));
      lock(Instant.plusMs(NEW_YEAR, ms));
      await notify.execute();
    }
    assert.deepEqual(await queued(), [notice(NEW_YEAR), notice(Instant.plusMs(NEW_YEAR, DAY_MS))]);
  });

  it('queues none for a user who is banned or removed, or if the failures have ended', async () => {
    for (const { user, failures } of [
      { user: ADA.ban(null, NEW_YEAR), failures: 2 },
      { user: undefined, failures: 2 },
      { user: ADA, failures: 1 },
    ]) {
      const { notify, lock, queued } = await open(user, { failures });
      lock();
      await notify.execute();
      assert.deepEqual(await queued(), []);
    }
  });

  it('queues none to an address that is not confirmed, where addresses are', async () => {
    const confirmed = ADA.confirmEmail(ADA.email, NEW_YEAR);
    for (const [user, registration, wanted] of [
      [ADA, 'confirmed', 0],
      [ADA, 'closed', 0],
      [ADA, 'open', 1],
      [confirmed, 'confirmed', 1],
    ] as const) {
      const { notify, lock, queued } = await open(user, { registration });
      lock();
      await notify.execute();
      assert.equal((await queued()).length, wanted, `${registration}`);
    }
  });

  it('keeps what could not be queued for the next run', async () => {
    const { unitOfWork, notify, lock, queued } = await open(ADA);
    lock();
    const run = unitOfWork.run.bind(unitOfWork);
    unitOfWork.run = () => Promise.reject(new Error('The store is closed'));
    await assert.rejects(notify.execute(), /The store is closed/);
    unitOfWork.run = run;
    await notify.execute();
    assert.deepEqual(await queued(), [notice(NEW_YEAR)]);
  });

  for (const [failure, error] of [
    ['cannot be read', new Error('The row is damaged')],
    ['meets a failing store', new PortError('store.unavailable', 'The row is damaged')],
  ] as const) {
    it(`queues the emails to others while one account ${failure}`, async () => {
      const bob = aUser({ id: anId(2), email: 'bob@example.com' });
      const { unitOfWork, notify, lock, queued } = await open(bob);
      lock();
      lock(NEW_YEAR, bob);
      const run = unitOfWork.run.bind(unitOfWork);
      unitOfWork.run = ((work) =>
        run((stores) => {
          const find = stores.users.find.bind(stores.users);
          stores.users.find = (id) => (id === ADA.id ? Promise.reject(error) : find(id));
          return work(stores);
        })) as typeof unitOfWork.run;
      for (const _ of [1, 2]) await assert.rejects(notify.execute(), /The row is damaged/);
      assert.deepEqual(await queued(), [notice(NEW_YEAR, bob.email)]);
      unitOfWork.run = run;
      await run(({ users }) => users.save(ADA));
      await notify.execute();
      assert.deepEqual(await queued(), [notice(NEW_YEAR), notice(NEW_YEAR, bob.email)], 'it is kept');
    });
  }
});
