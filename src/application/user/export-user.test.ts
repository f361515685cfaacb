import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuditedMemoryStores } from '../../../test/audit/audited-memory-stores.ts';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { Caller } from '../../domain/access/caller.ts';
import { Instant } from '../../domain/shared/instant.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { PortError } from '../../ports/port-error.ts';
import { ExportUser } from './export-user.ts';

const client = { ip: '192.0.2.1', userAgent: 'curl', requestId: 'a-request' };

const exporting = async () => {
  const stores = new AuditedMemoryStores();
  await stores.arrange(({ users }) => users.save(aUser()));
  const deps = {
    users: stores.users,
    sessionQueries: stores.sessions,
    licenseQueries: stores.licenses,
    auditQueries: stores.audit,
    unitOfWork: stores,
    idGenerator: new Uuidv7Ids(),
    clock: new FixedClock(NEW_YEAR),
    sessionLimits: { ttlMs: 1, idleMs: 1 },
    staffIdleMs: 1,
  };
  return { deps, entries: () => stores.audit.list({ filter: {}, limit: 10 }) };
};

const person = (id: string, elevatedUntil?: Instant) =>
  Caller.inSession({
    userId: UserId.parse(id),
    sessionId: SessionId.parse(anId(9)),
    stepUpTtlMs: 1_000,
    elevatedUntil,
    administrationIsOpen: false,
  });

const ELEVATED = Instant.plusMs(NEW_YEAR, 1_000);

describe('ExportUser', () => {
  it('hands out the data of the caller, and its own entry with them', async () => {
    const { deps } = await exporting();
    const caller = person(anId(1), ELEVATED);
    const { user, hidesLicenseKeys, audit } = await new ExportUser(deps).execute({ caller, client, userId: anId(1) });
    assert.deepEqual([user.id, hidesLicenseKeys], [anId(1), false]);
    const actions: string[] = [];
    for await (const page of audit) actions.push(...page.map(({ entry }) => entry.toSnapshot().action));
    assert.deepEqual(actions, ['user.exported']);
  });

  it('hands out and records nothing without access or step-up', async () => {
    const { deps, entries } = await exporting();
    const exportOf = (caller: Caller) => new ExportUser(deps).execute({ caller, client, userId: anId(1) });
    await assert.rejects(exportOf(person(anId(2), ELEVATED)), { code: 'access.forbidden' });
    await assert.rejects(exportOf(person(anId(1))), { code: 'access.step-up-required' });
    const anonymous = Caller.anonymous({ administrationIsOpen: false });
    await assert.rejects(exportOf(anonymous), { code: 'access.unauthenticated' });
    assert.deepEqual(await entries(), []);
  });

  it('hands out nothing where the entry cannot be written', async () => {
    const { deps } = await exporting();
    const unitOfWork = { run: () => Promise.reject(new PortError('store.unavailable', 'The store is away.')) };
    const refused = new ExportUser({ ...deps, unitOfWork }).execute({ caller: Caller.root(), client, userId: anId(1) });
    await assert.rejects(refused, { code: 'store.unavailable' });
  });

  it('records nothing for an unknown user', async () => {
    const { deps, entries } = await exporting();
    const refused = new ExportUser(deps).execute({ caller: Caller.root(), client, userId: anId(5) });
    await assert.rejects(refused, { code: 'user.not-found' });
    assert.deepEqual(await entries(), []);
  });
});
