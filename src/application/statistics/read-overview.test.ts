import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { Caller } from '../../domain/access/caller.ts';
import type { Role } from '../../domain/access/scope.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { ReadOverview } from './read-overview.ts';

const staff = (role?: Role) =>
  Caller.inSession({
    userId: UserId.parse(anId(1)),
    sessionId: SessionId.parse(anId(2)),
    role,
    stepUpTtlMs: 1,
    administrationIsOpen: false,
  });

/** @param problems of the store; each call is one reading of the overview */
const readerOf = (problems: () => Promise<readonly string[]> = async () => []) => {
  const clock = new FixedClock(NEW_YEAR);
  let readings = 0;
  const never = () => assert.fail('not asked');
  const readOverview = new ReadOverview({
    clock,
    dailyCounts: { listBetween: async () => [], countQueuedEmails: async () => 0 },
    licenseQueries: { list: async () => [] } as never,
    userQueries: {} as never,
    auditQueries: { readChain: async () => ({ unsealed: 7 }) } as never,
    storeHealth: {
      problems: () => {
        readings += 1;
        return problems();
      },
      describe: never,
    },
  });
  return { clock, readOverview, readings: () => readings };
};

describe('the overview of the console', () => {
  it('is read once in five seconds for all who may see the same', async () => {
    const { clock, readOverview, readings } = readerOf();
    const [first, second] = await Promise.all([
      readOverview.execute({ caller: staff('reader') }),
      readOverview.execute({ caller: staff('support') }),
    ]);
    assert.equal(second, first);
    clock.advance(4_999);
    assert.equal(await readOverview.execute({ caller: staff('reader') }), first);
    assert.equal(readings(), 1);
    clock.advance(1);
    assert.equal((await readOverview.execute({ caller: staff('reader') })).at, clock.now());
    assert.equal(readings(), 2);
  });

  it('is read again where the clock is set back', async () => {
    const { clock, readOverview, readings } = readerOf();
    await readOverview.execute({ caller: staff('reader') });
    clock.advance(-1);
    await readOverview.execute({ caller: staff('reader') });
    assert.equal(readings(), 2);
  });

  it('has the audit log only for those who may read it', async () => {
    const { readOverview } = readerOf();
    assert.equal((await readOverview.execute({ caller: staff('admin') })).unsealed, 7);
    assert.equal((await readOverview.execute({ caller: staff('support') })).unsealed, undefined);
    assert.equal((await readOverview.execute({ caller: staff('admin') })).unsealed, 7);
  });

  it('is refused to others, also while it is kept', async () => {
    const { readOverview } = readerOf();
    await readOverview.execute({ caller: staff('reader') });
    await assert.rejects(readOverview.execute({ caller: staff() }), { code: 'access.forbidden' });
    const anonymous = Caller.anonymous({ administrationIsOpen: false });
    await assert.rejects(readOverview.execute({ caller: anonymous }), { code: 'access.unauthenticated' });
    await assert.rejects(readOverview.execute({ caller: Caller.root() }), { code: 'access.unauthenticated' });
  });

  it('is not kept where it could not be read', async () => {
    let isDown = true;
    const { readOverview } = readerOf(async () => (isDown ? assert.fail('down') : []));
    await assert.rejects(readOverview.execute({ caller: staff('reader') }), /down/);
    isDown = false;
    assert.deepEqual((await readOverview.execute({ caller: staff('reader') })).problems, []);
  });
});
