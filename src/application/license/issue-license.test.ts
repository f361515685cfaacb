import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuditedMemoryStores } from '../../../test/audit/audited-memory-stores.ts';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { FixedClock } from '../../adapters/driven/memory/fixed-clock.ts';
import { MemorySecurityLog } from '../../adapters/driven/memory/memory-security-log.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { Caller } from '../../domain/access/caller.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { IssueLicense } from './issue-license.ts';

const client = { ip: '192.0.2.1', userAgent: 'curl', requestId: 'a-request' };

/** @param keys which key chance gives, draw by draw; the last one for ever */
const issuing = async (...keys: number[]) => {
  const stores = new AuditedMemoryStores();
  await stores.arrange(({ users }) => users.save(aUser()));
  let symbols = 0;
  const draws = () => Math.ceil(symbols / 29);
  const below = (): number => {
    symbols += 1;
    const isLast = symbols % 29 === 0;
    return isLast ? (keys[Math.min(draws(), keys.length) - 1] as number) : 0;
  };
  const issueLicense = new IssueLicense({
    unitOfWork: stores,
    randomSource: { below, token: () => new Secret('') },
    idGenerator: new Uuidv7Ids(),
    clock: new FixedClock(NEW_YEAR),
    securityLog: new MemorySecurityLog(),
    idempotencyRetentionMs: 1_000,
    registration: 'open',
    throttle: { countWithin: async () => {} },
  });
  const issue = (caller = Caller.root()) => issueLicense.execute({ caller, userId: anId(1), terms: {}, client });
  return { issue, draws };
};

describe('IssueLicense', () => {
  it('draws another key where the first one is taken, and the second, and the third', async () => {
    const { issue } = await issuing(1, 1, 1, 1, 2);
    const first = await issue();
    const second = await issue();
    assert.notEqual(first.key, second.key);
    assert.notEqual(first.id, second.id);
  });

  it('gives up after five, for then something is wrong with chance itself', async () => {
    const { issue, draws } = await issuing(1);
    await issue();
    await assert.rejects(issue(), { code: 'license.key-taken' });
    assert.equal(draws(), 1 + 5);
  });

  it('is for administrators', async () => {
    const { issue, draws } = await issuing(1);
    await assert.rejects(issue(Caller.anonymous({ administrationIsOpen: false })), { code: 'access.unauthenticated' });
    assert.equal(draws(), 0);
  });
});
