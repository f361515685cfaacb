import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import { type LicenseApp, startLicenseApp } from './license-app.ts';
import { PASSWORD } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { enrol, SEALING } from './second-factors.ts';
import { ADMIN_KEY, type TestApp } from './test-app.ts';

type Entry = Readonly<{
  action: string;
  actor: Readonly<{ kind: string; id?: string; name?: string }>;
  subject: Readonly<{ kind: string; id?: string }>;
  request_id?: string;
  changes: readonly Readonly<Record<string, unknown>>[];
  ip?: string;
  user_agent?: string;
}>;

/** All entries, oldest first. */
const log = async (app: Pick<TestApp, 'call'>, query = ''): Promise<Entry[]> => {
  const answer = await app.call('GET', `/audit?limit=100${query}`, { bearer: ADMIN_KEY });
  assert.equal(answer.status, 200, answer.body);
  return answer.json().reverse();
};

/** What `work` adds to the log. */
const added = async (app: LicenseApp, work: () => Promise<unknown>): Promise<Entry[]> => {
  const before = (await log(app)).length;
  await work();
  return (await log(app)).slice(before);
};

const ROOT = { kind: 'root' };
const user = ({ id }: { id: string }) => ({ kind: 'user', id });
const person = ({ id }: { id: string }) => ({ kind: 'person', id });
const changed = (field: string) => ({ field, changed: true });

describe('Audit entries', () => {
  it('of a person name the account, and no value of a person', async () => {
    await using app = await startLicenseApp();
    const { ada } = app;
    const entries = (await log(app)).filter(({ subject }) => subject.id === ada.id);
    assert.deepEqual(
      entries.map(({ action, actor }) => [action, actor]),
      [
        ['user.registered', { kind: 'anonymous' }],
        ['session.begun', person(ada)],
      ],
    );
    const [registered] = entries;
    assert.deepEqual(registered?.changes, [
      changed('email'),
      changed('age'),
      changed('password'),
      { field: 'status', after: 'active' },
    ]);
    assert.doesNotMatch(JSON.stringify(await log(app)), /example\.com|argon2|pass phrase/);
  });

  it('have the request, and where it came from', async () => {
    await using app = await startLicenseApp();
    const headers = { 'x-request-id': 'rename-1', 'user-agent': `curl/8 ${'x'.repeat(300)}` };
    const path = `/users/${app.ada.id}`;
    await app.call('PATCH', path, { json: { name: 'Countess' }, session: app.ada.session, headers });
    const [entry, ...others] = await log(app, '&request_id=rename-1');
    assert.deepEqual([entry?.action, entry?.actor, entry?.ip], ['user.updated', person(app.ada), '127.0.0.1']);
    assert.equal(entry?.user_agent?.length, 200);
    assert.deepEqual([entry?.changes, others], [[changed('name')], []]);
  });

  it('are one for a request with several changes, named by the most important one', async () => {
    await using app = await startLicenseApp();
    const { ada } = app;
    await app.call('POST', '/sessions', { json: { email: 'ada@example.com', password: PASSWORD } });
    const json = {
      email: 'countess@example.com',
      name: 'Countess',
      password: 'another harmless phrase',
      current_password: PASSWORD,
    };
    const entries = await added(app, () => app.call('PATCH', `/users/${ada.id}`, { json, session: ada.session }));
    assert.equal(entries.length, 1);
    assert.deepEqual([entries[0]?.action, entries[0]?.subject], ['user.email_changed', user(ada)]);
    assert.deepEqual(entries[0]?.changes, [
      changed('email'),
      changed('name'),
      changed('password'),
      { field: 'sessions_ended', after: 1 },
    ]);
  });

  it('are not written where nothing changes: the same terms, the same seat, a repetition, a rejection', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue({ max_activations: 1 });
    await app.activate(license, 'desk');
    const suspend = { headers: { 'idempotency-key': 'once' } };
    await app.asAdmin('POST', `/licenses/${license.id}/suspend`, suspend);
    const entries = await added(app, async () => {
      await app.asAdmin('PATCH', `/licenses/${license.id}`, { json: { max_activations: 1 } });
      await app.activate(license, 'desk');
      const again = await app.asAdmin('POST', `/licenses/${license.id}/suspend`, suspend);
      assert.equal(again.headers['idempotency-replayed'], 'true');
      await app.asAdmin('POST', `/licenses/${license.id}/suspend`);
      await app.validate({ license_key: license.license_key });
      await app.call('POST', '/sessions', { json: { email: 'ada@example.com', password: 'wrong' } });
    });
    assert.deepEqual(entries, []);
  });

  it('of a license show its terms, the end of its key and no machine', async () => {
    await using app = await startLicenseApp();
    const { ada } = app;
    const entries = await added(app, async () => {
      const license = await app.issue({ product: 'editor', expires_at: '2027-01-01T00:00:00Z', max_activations: 2 });
      await app.activate(license, 'desk', { json: { name: 'Desk' } });
      await app.asAdmin('POST', `/licenses/${license.id}/renew`, { json: { days: 1 } });
      await app.call('DELETE', `/licenses/${license.id}/activations/desk`, { session: ada.session });
    });
    const id = entries[0]?.subject.id ?? '';
    assert.ok(entries.every(({ subject }) => subject.kind === 'license' && subject.id === id));
    assert.deepEqual(
      entries.map(({ action, actor }) => [action, actor]),
      [
        ['license.issued', ROOT],
        ['activation.created', { kind: 'license', id }],
        ['license.renewed', ROOT],
        ['activation.removed', person(ada)],
      ],
    );
    const [issued, activated, renewed, removed] = entries.map(({ changes }) => changes);
    const key = (await app.asAdmin('GET', `/licenses/${id}`)).json().license_key;
    assert.deepEqual(issued, [
      { field: 'license_key', after: key.slice(-4) },
      { field: 'user_id', after: ada.id },
      { field: 'product', after: 'editor' },
      { field: 'status', after: 'active' },
      { field: 'starts_at', after: '2026-01-01T00:00:00Z' },
      { field: 'expires_at', after: '2027-01-01T00:00:00Z' },
      { field: 'grace_days', after: 0 },
      { field: 'max_activations', after: 2 },
      { field: 'activations', after: 0 },
    ]);
    const machine = [changed('fingerprint'), changed('name')];
    assert.deepEqual(activated, [{ field: 'activations', before: 0, after: 1 }, ...machine]);
    assert.deepEqual(removed, [{ field: 'activations', before: 1, after: 0 }, ...machine]);
    assert.deepEqual(renewed, [{ field: 'expires_at', before: '2027-01-01T00:00:00Z', after: '2027-01-02T00:00:00Z' }]);
    assert.doesNotMatch(JSON.stringify(entries), new RegExp(key));
  });

  it('of a removed user count what went along', async () => {
    await using app = await startLicenseApp();
    const { ada } = app;
    const license = await app.issue();
    for (const machine of ['desk', 'lap']) await app.activate(license, machine);
    await app.call('POST', '/reset_password', { json: { email: 'ada@example.com' } });
    const entries = await added(app, () => app.asAdmin('DELETE', `/users/${ada.id}`));
    assert.equal(entries.length, 1);
    assert.deepEqual([entries[0]?.action, entries[0]?.actor, entries[0]?.subject], ['user.deleted', ROOT, user(ada)]);
    assert.deepEqual(entries[0]?.changes, [
      { field: 'sessions_ended', after: 1 },
      { field: 'password_resets_removed', after: 1 },
      { field: 'licenses_removed', after: 1 },
      { field: 'activations_removed', after: 2 },
    ]);
  });

  it('of a log-in name the session, and the one of another account that the browser had', async () => {
    await using app = await startLicenseApp();
    const { ada, bob } = app;
    const json = { email: 'bob@example.com', password: PASSWORD };
    const entries = await added(app, () => app.call('POST', '/sessions', { json, session: ada.session }));
    assert.deepEqual(
      entries.map(({ action, actor, subject }) => [action, actor, subject]),
      [
        ['session.begun', person(bob), user(bob)],
        ['session.ended', person(bob), user(ada)],
      ],
    );
  });

  it('of staff have their role, and those of the command line its name', async () => {
    await using app = await startLicenseApp();
    const client = { ip: 'command line', userAgent: 'guildhall', requestId: 'run-1' };
    const command = { caller: Caller.system('cli'), role: 'support', allowsExisting: true, client } as const;
    const { resetToken } = await app.useCases.manageStaff.add({ ...command, email: 'bob@example.com' });
    const [byCommand] = await log(app, '&request_id=run-1');
    assert.deepEqual([byCommand?.action, byCommand?.actor], ['staff.added', { kind: 'system', name: 'cli' }]);
    assert.deepEqual([byCommand?.ip, byCommand?.user_agent], [undefined, undefined]);
    const password = 'another harmless phrase';
    await app.call('PUT', '/reset_password', {
      json: { email: 'bob@example.com', reset_token: resetToken?.reveal(), new_password: password },
    });
    const { session } = await app.call('POST', '/sessions', { json: { email: 'bob@example.com', password } });
    const path = `/users/${app.ada.id}`;
    const entries = await added(app, () => app.call('PATCH', path, { json: { name: 'Countess' }, session }));
    assert.deepEqual(entries[0]?.actor, { kind: 'staff', id: app.bob.id, name: 'support' });
  });

  it('of an email with a reset token are the worker’s, for the request', async () => {
    const production = {
      NODE_ENV: 'production',
      MAIL_URL: 'smtp://127.0.0.1:9',
      MAIL_FROM: 'guildhall@example.com',
      LICENSE_KEY_SECRET: 'k'.repeat(32),
    };
    await using app = await startLicenseApp(production);
    const headers = { 'x-request-id': 'forgotten-1' };
    const reset = (email: string) => app.call('POST', '/reset_password', { json: { email }, headers });
    await reset('unknown@example.com');
    await reset('ada@example.com');
    assert.deepEqual(await log(app, '&request_id=forgotten-1'), []);
    await app.deliverMail();
    const [entry, ...others] = await log(app, '&request_id=forgotten-1');
    assert.deepEqual(
      [entry?.action, entry?.actor, entry?.subject],
      ['user.password_reset_requested', { kind: 'system', name: 'worker' }, user(app.ada)],
    );
    assert.deepEqual([entry?.changes, others], [[{ field: 'expires_at', after: '2026-01-01T01:00:00Z' }], []]);
  });

  it('of a limit on guessing are one for each window, however many requests it rejects', async () => {
    await using app = await startLicenseApp();
    const guess = () => app.call('POST', '/sessions', { json: { email: 'ada@example.com', password: 'wrong' } });
    const limits = async () => (await log(app, '&action=limit.reached')).map(({ subject }) => subject);
    for (const _ of Array(10)) await guess();
    assert.deepEqual(await limits(), []);
    await Promise.all(Array.from({ length: 20 }, guess));
    const reached = { kind: 'limit', id: 'login-known' };
    assert.deepEqual(await limits(), [reached]);
    const rows = app.rows();
    mustBeProblem(await guess(), 429, 'throttle.exceeded');
    assert.deepEqual(app.rows(), rows, 'and writes nothing more');
    app.clock.advance(15 * 60_000);
    for (const _ of Array(12)) await guess();
    assert.deepEqual(await limits(), [reached, reached]);
    // The overview of the console counts them, and links to them.
    await app.useCases.recordDailyCounts.execute();
    const counts = await app.container.resolve(Ports.dailyCounts).listBetween('2026-01-01', '2026-01-02');
    assert.deepEqual(
      counts.filter(({ name }) => name === 'limit.reached').map(({ count }) => count),
      [2],
    );
  });

  it('of guesses at the administrator’s key are one for each window', async () => {
    await using app = await startLicenseApp();
    for (const _ of Array(103)) await app.call('GET', '/users', { bearer: 'a wrong administrator key, of 40 letters' });
    // The right key is rejected too by now.
    const auditQueries = app.container.resolve(Ports.auditQueries);
    const stored = await auditQueries.list({ filter: { actions: ['limit.reached'] }, limit: 10 });
    const entries = stored.map(({ entry }) => entry.toSnapshot());
    assert.deepEqual(
      entries.map(({ subject, actor, changes }) => [subject.id, actor, changes]),
      [['admin-key-ip', { kind: 'anonymous' }, [{ field: 'limit', after: 100 }]]],
    );
  });

  it('of wrong codes of a second factor are one for each window, and name the account', async () => {
    await using app = await startLicenseApp(SEALING);
    await enrol(app, app.ada);
    const json = { email: 'ada@example.com', password: PASSWORD, code: '000000' };
    const guess = () => app.call('POST', '/sessions', { json });
    const limits = () => log(app, '&action=limit.reached');
    for (const _ of Array(5)) mustBeProblem(await guess(), 401, 'mfa.refused');
    assert.deepEqual(await limits(), []);
    for (const _ of Array(3)) mustBeProblem(await guess(), 429, 'throttle.exceeded');
    assert.deepEqual(
      (await limits()).map(({ subject, changes }) => [subject, changes]),
      [
        [
          { kind: 'limit', id: 'mfa-account' },
          [
            { field: 'limit', after: 5 },
            { field: 'user_id', after: app.ada.id },
          ],
        ],
      ],
    );
  });

  it('of an account that only a reset reopens name it', async () => {
    await using app = await startLicenseApp();
    const guess = () => app.call('POST', '/sessions', { json: { email: 'ada@example.com', password: 'wrong' } });
    for (let round = 0; round < 11; round += 1) {
      for (const _ of Array(10)) await guess();
      app.clock.advance(3_600_000);
    }
    const [locked, ...others] = (await log(app, '&action=limit.reached')).filter(
      ({ subject }) => subject.id === 'login-failures-in-a-row',
    );
    const changes = [
      { field: 'limit', after: 100 },
      { field: 'user_id', after: app.ada.id },
    ];
    assert.deepEqual([locked?.changes, others], [changes, []]);
  });
});

describe('A change whose entry cannot be written', () => {
  it('is not made, and answered with 503', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue();
    const database = new Database(app.databaseFile);
    database.exec(
      "create trigger broken before insert on unsealed_audit_entries begin select raise(abort, 'broken'); end",
    );
    const before = app.rows();
    const json = { email: 'eve@example.com' };
    for (const answer of [
      await app.asAdmin('POST', '/users', { json, headers: { 'idempotency-key': 'k' } }),
      await app.asAdmin('POST', `/licenses/${license.id}/suspend`),
      await app.activate(license, 'desk'),
      await app.asAdmin('DELETE', `/users/${app.ada.id}`),
    ]) {
      mustBeProblem(answer, 503, 'store.unavailable');
      assert.doesNotMatch(answer.body, /audit|broken/);
    }
    assert.deepEqual(app.rows(), before);
    assert.equal((await app.asAdmin('GET', `/licenses/${license.id}`)).json().status, 'active');
    database.exec('drop trigger broken');
    database.close();
    const again = await app.asAdmin('POST', '/users', { json, headers: { 'idempotency-key': 'k' } });
    assert.equal(again.status, 201, 'and the request can be repeated');
  });
});
