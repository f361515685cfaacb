import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { anAuditEntry } from '../builders/audit-entry-builder.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aNewEntry, appendAudit } from './audit-log.ts';
import { UNKNOWN_ID } from './operations.ts';
import { join, logIn } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

const startApp = () => startTestApp({ ADMIN_API_KEY: ADMIN_KEY });

const get = (app: TestApp, path: string) => app.call('GET', path, { bearer: ADMIN_KEY });

const idsOf = async (app: TestApp, path: string): Promise<string[]> => {
  const answer = await get(app, path);
  assert.equal(answer.status, 200, answer.body);
  return answer.json().map(({ id }: { id: string }) => id);
};

describe('GET /audit', () => {
  it('lists the newest entries first, page by page', async (t) => {
    await using app = await startApp();
    const { mock } = t.mock.method(app.container.resolve(Ports.auditQueries), 'list');
    const subject = { kind: 'license', id: anId(60) } as const;
    const entries = [1, 2, 3].map(() => aNewEntry(app, { subject }));
    await appendAudit(app, ...entries);
    const [first, second, third] = entries.map(({ id }) => id);
    const answer = await get(app, `/audit?limit=2&subject=${anId(60)}&subject_kind=license`);
    assert.deepEqual(
      answer.json().map(({ id }: { id: string }) => id),
      [third, second],
    );
    const next = /^<([^>]+)>; rel="next"$/.exec(String(answer.headers.link))?.[1] ?? '';
    assert.deepEqual(await idsOf(app, next), [first]);
    const [ofFirst, ofSecond] = mock.calls.map(({ arguments: [query] }) => query.filter);
    assert.deepEqual(ofSecond, ofFirst, 'the query of the second page is prepared for the first');
  });

  it('shows an entry at once, and its place in the chain once it is sealed', async () => {
    await using app = await startApp();
    const entry = aNewEntry(app, { subject: { kind: 'license', id: anId(60) } });
    await appendAudit(app, entry);
    const expected = {
      v: 1,
      id: entry.id,
      at: '2026-01-01T00:00:00Z',
      actor: { kind: 'staff', id: anId(7), name: 'support' },
      action: 'license.suspended',
      subject: { kind: 'license', id: anId(60) },
      request_id: 'r-1',
      changes: [{ field: 'status', before: 'active', after: 'suspended' }],
      ip: '2001:db8::1',
      user_agent: 'curl/8',
    };
    assert.deepEqual((await get(app, `/audit/${entry.id}`)).json(), expected);
    await app.useCases.sealAuditEntries.execute();
    const { seq, prev, hash, sealed_at, ...rest } = (await get(app, `/audit/${entry.id.toUpperCase()}`)).json();
    assert.deepEqual(rest, expected);
    assert.equal(sealed_at, '2026-01-01T00:00:00Z');
    assert.match(`${seq} ${prev} ${hash}`, /^\d+ [0-9a-f]{64} [0-9a-f]{64}$/);
    const head = (await get(app, '/audit/head')).json();
    assert.deepEqual(head, { seq, hash, at: '2026-01-01T00:00:00Z', unsealed: 0 });
  });

  it('filters by action, actor, subject, request and time', async () => {
    await using app = await startApp();
    const at = Instant.plusMs(NEW_YEAR, 86_400_000);
    const ids = [1, 2, 3, 4].map(() => aNewEntry(app).id);
    const [suspended, revoked, created, later] = ids;
    const entry = (id = '', change: Parameters<typeof anAuditEntry>[0] = {}) => anAuditEntry({ id, at, ...change });
    await appendAudit(
      app,
      entry(suspended, { requestId: 'first' }),
      entry(revoked, { action: 'license.revoked', actor: { kind: 'root' } }),
      entry(created, { action: 'user.created', subject: { kind: 'user', id: anId(61) } }),
      entry(later, { action: 'user.updated', at: Instant.plusMs(at, 1_000) }),
    );
    const period = 'from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:01Z';
    for (const [query, expected] of [
      ['from=2026-01-02T00:00:00Z', [later, created, revoked, suspended]],
      [period, [created, revoked, suspended]],
      ['from=2026-01-02T00:00:01Z', [later]],
      ['from=2026-01-02T00:00:02Z', []],
      [`${period}&action=license.*`, [revoked, suspended]],
      [`${period}&action=license.revoked`, [revoked]],
      [`${period}&actor_kind=root`, [revoked]],
      [`${period}&subject_kind=user`, [created]],
      [`actor=${anId(7)}&action=user.*`, [later, created]],
      [`actor=${anId(7)}&subject=${anId(61)}`, [created]],
      [`subject=${anId(61)}&subject_kind=license`, []],
      ['request_id=first', [suspended]],
      ['request_id=%00', []],
    ] as const) {
      assert.deepEqual(await idsOf(app, `/audit?${query}`), expected, query);
    }
  });

  it('rejects a filter that finds nothing by design', async () => {
    await using app = await startApp();
    for (const query of [
      'action=license.deleted',
      'action=licenses.*',
      'action=*',
      'actor_kind=robot&action=user.*',
      'subject_kind=machine&action=user.*',
      'actor_kind=staff',
      'subject_kind=user',
      'actor_kind=staff&subject_kind=user',
      'from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z',
      'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
      'from=2026-02-30T00:00:00Z',
      'from=yesterday',
      'actor=',
      'seq=1',
    ]) {
      mustBeProblem(await get(app, `/audit?${query}`), 400, 'request.invalid');
    }
    mustBeProblem(await app.call('GET', '/audit?actor_kind=staff'), 400, 'request.invalid');
    mustBeProblem(await get(app, `/audit/${UNKNOWN_ID}`), 404, 'audit.not-found');
  });
});

describe('AUDIT_IP_RETENTION=0s', () => {
  it('stores neither addresses nor user agents', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY, AUDIT_IP_RETENTION: '0s' });
    await join(app);
    const entries = (await get(app, '/audit?action=session.*')).json();
    assert.equal(entries.length, 1);
    assert.deepEqual([entries[0].ip, entries[0].user_agent], [undefined, undefined]);
    await app.useCases.sealAuditEntries.execute();
    assert.equal((await get(app, '/audit/head')).json().unsealed, 0);
  });
});

describe('GET /audit/head', () => {
  it('counts what is not sealed', async () => {
    await using app = await startApp();
    const before = (await get(app, '/audit/head')).json();
    const none = { seq: 0, hash: '0'.repeat(64), at: null, unsealed: before.unsealed };
    assert.deepEqual(before, none);
    await appendAudit(app, aNewEntry(app));
    assert.deepEqual((await get(app, '/audit/head')).json(), { ...none, unsealed: before.unsealed + 1 });
  });
});

describe('GET /users/{id}/audit', () => {
  it('shows people what happened to their account, and hides staff', async () => {
    await using app = await startApp();
    const [ada, bob] = [await join(app), await join(app, 'bob@example.com')];
    const subject = { kind: 'user', id: ada.id } as const;
    const byStaff = aNewEntry(app, { subject, action: 'user.updated' });
    const byAda = aNewEntry(app, { subject, action: 'user.updated', actor: { kind: 'person', id: ada.id } });
    const ofLicense = aNewEntry(app, { subject: { kind: 'license', id: ada.id } });
    await appendAudit(app, byStaff, byAda, ofLicense);
    const path = `/users/${ada.id}/audit`;
    const own = await app.call('GET', path, { session: ada.session });
    const [latest, earlier, ...older] = own.json();
    assert.deepEqual([latest.id, latest.actor.id, latest.ip], [byAda.id, ada.id, '2001:db8::1']);
    assert.deepEqual([earlier.id, earlier.actor], [byStaff.id, { kind: 'staff', name: 'support' }]);
    assert.deepEqual([earlier.ip, earlier.user_agent], [undefined, undefined]);
    assert.ok(older.every((entry: { subject: object }) => JSON.stringify(entry.subject).includes(ada.id)));
    const [, full] = (await get(app, path)).json();
    assert.deepEqual([full.actor.id, full.ip], [anId(7), '2001:db8::1']);
    mustBeProblem(await app.call('GET', path, { session: bob.session }), 403, 'access.forbidden');
    mustBeProblem(await get(app, `/users/${UNKNOWN_ID}/audit`), 404, 'user.not-found');
  });

  it('hides another person, who has logged in in the same browser', async () => {
    await using app = await startApp();
    const [ada, bob] = [await join(app), await join(app, 'bob@example.com')];
    const json = { email: bob.email, password: bob.password };
    assert.equal((await app.call('POST', '/sessions', { session: ada.session, json })).status, 200);
    const session = await logIn(app);
    const shown = [
      await app.call('GET', `/users/${ada.id}/audit`, { session }).then((answer) => answer.json()),
      await app.call('GET', `/users/${ada.id}/export`, { session }).then((answer) => answer.json().audit),
    ];
    for (const entries of shown) {
      const ended = entries.find(({ action }: { action: string }) => action === 'session.ended');
      assert.deepEqual([ended.actor, ended.ip, ended.user_agent], [{ kind: 'person' }, undefined, undefined]);
      assert.ok(!JSON.stringify(entries).includes(bob.id));
    }
  });
});
