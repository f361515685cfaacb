import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aFingerprint, aLicense } from '../../../test/builders/license-builder.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import { Caller } from '../../domain/access/caller.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { licenseView } from './license-view.ts';
import { ListActivations } from './list-activations.ts';

const inSession = (userId: string) =>
  Caller.inSession({
    userId: UserId.parse(userId),
    sessionId: SessionId.parse(anId(50)),
    role: undefined,
    elevatedUntil: undefined,
    stepUpTtlMs: 1_000,
    missingFactor: undefined,
    administrationIsOpen: false,
  });

describe('The machines of a license that was just read', () => {
  it('are for its owner and people with the scope', async () => {
    const stores = new MemoryStores();
    const license = aLicense();
    await stores.run(async ({ users, licenses, activations }) => {
      await users.save(aUser());
      await licenses.save(license);
      await activations.put({
        licenseId: license.id,
        fingerprint: aFingerprint(),
        name: null,
        activatedAt: NEW_YEAR,
      });
    });
    const listActivations = new ListActivations({ licenseQueries: stores.licenses });
    const view = licenseView(license.toSnapshot(), NEW_YEAR, Caller.root());
    const listFor = async (caller: Caller) =>
      (await listActivations.ofLicense({ caller, license: view, limit: 10 })).items.length;
    assert.deepEqual([await listFor(inSession(view.userId)), await listFor(Caller.root())], [1, 1]);
    await assert.rejects(listFor(inSession(anId(99))), { code: 'access.forbidden' });
    await assert.rejects(listFor(Caller.anonymous({ administrationIsOpen: false })), {
      code: 'access.unauthenticated',
    });
  });
});
