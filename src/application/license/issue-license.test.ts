import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuditedMemoryStores } from '../../../test/audit/audited-memory-stores.ts';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { MemorySecurityLog } from '../../../test/doubles/memory-security-log.ts';
import { Sha256TokenHasher } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { Caller } from '../../domain/access/caller.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { THROTTLE_POLICIES } from '../../domain/throttle/throttle-policy.ts';
import { Email } from '../../domain/user/email.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import { Throttle } from '../throttle/throttle.ts';
import { IssueLicense } from './issue-license.ts';

const client = { ip: '192.0.2.1', userAgent: 'curl', requestId: 'a-request' };

/** @param keys which key chance gives, draw by draw; the last one for ever */
const issuing = async (...keys: number[]) => issuingOn((stores) => stores, ...keys);

const issuingOn = async (unitOfWorkOf: (stores: UnitOfWork) => UnitOfWork, ...keys: number[]) => {
  const stores = new AuditedMemoryStores();
  await stores.arrange(({ users }) => users.save(aUser()));
  let symbols = 0;
  const draws = () => Math.ceil(symbols / 29);
  const below = (): number => {
    symbols += 1;
    const isLast = symbols % 29 === 0;
    return isLast ? (keys[Math.min(draws(), keys.length) - 1] as number) : 0;
  };
  const securityLog = new MemorySecurityLog();
  const deps = { unitOfWork: unitOfWorkOf(stores), idGenerator: new Uuidv7Ids(), securityLog };
  const throttle = new Throttle({ ...deps, tokenHasher: new Sha256TokenHasher(), isOn: true });
  const issueLicense = new IssueLicense({
    ...deps,
    randomSource: { below, token: () => new Secret('') },
    clock: new FixedClock(NEW_YEAR),
    idempotencyRetentionMs: 1_000,
    registration: 'open',
    throttle,
  });
  const issue = (caller = Caller.root(), notify = false) =>
    issueLicense.execute({ caller, userId: anId(1), terms: {}, notify, client });
  return { issue, draws, stores, throttle, securityLog };
};

describe('IssueLicense', () => {
  it('draws another key where the first one is taken, and the second, and the third', async () => {
    const { issue } = await issuing(1, 1, 1, 1, 2);
    const first = await issue();
    const second = await issue();
    assert.notEqual(first.key, second.key);
    assert.notEqual(first.id, second.id);
  });

  it('fails after five, because the random source must be broken', async () => {
    const { issue, draws } = await issuing(1);
    await issue();
    await assert.rejects(issue(), { code: 'license.key-taken' });
    assert.equal(draws(), 1 + 5);
  });

  it('logs once that a limit has rejected it, also where its unit of work runs again', async () => {
    // As SQLite does with units that share a commit.
    const twice = (stores: UnitOfWork): UnitOfWork => ({
      run: (work, options) => stores.run(work, options).catch(() => stores.run(work, options)),
    });
    const { issue, stores, throttle, securityLog } = await issuingOn(twice, 1);
    const policy = THROTTLE_POLICIES.licenseEmailByRecipient;
    const attempt = { policy, subject: Email.canonicalize(aUser().email) };
    await stores.arrange(async (all) => {
      for (const _ of Array(policy.limit)) await throttle.countWithin(all, attempt, NEW_YEAR);
    });
    await assert.rejects(issue(Caller.root(), true), { code: 'throttle.exceeded' });
    const events = securityLog.events.map(({ event, detail }) => [event, detail]);
    assert.deepEqual(events, [['excess_rate_limit_exceeded', policy.name]]);
  });

  it('is for administrators', async () => {
    const { issue, draws } = await issuing(1);
    await assert.rejects(issue(Caller.anonymous({ administrationIsOpen: false })), { code: 'access.unauthenticated' });
    assert.equal(draws(), 0);
  });
});
