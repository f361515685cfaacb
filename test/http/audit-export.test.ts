import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { Ports } from '../../src/composition/wiring/ports.ts';
import type { AuditPeriod } from '../../src/domain/audit/audit-filter.ts';
import { anAuditEntry } from '../builders/audit-entry-builder.ts';
import { joinStaff } from './access-table.ts';
import { aNewEntry, appendAudit } from './audit-log.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

const startApp = (options: Parameters<typeof startTestApp>[2] = {}) =>
  startTestApp({ ADMIN_API_KEY: ADMIN_KEY }, undefined, options);

const PATH = '/audit/export';

/** So many entries that they come in several pages, and fill the buffers between server and client. */
const fill = async (app: TestApp, count: number): Promise<void> => {
  const changes = [{ field: 'entitlements', after: Array.from({ length: 100 }, (_, n) => `entitlement-number-${n}`) }];
  const entries = Array.from({ length: count }, () => aNewEntry(app, { changes }));
  await appendAudit(app, ...entries);
  await app.useCases.sealAuditEntries.execute();
};

async function* linesOf(body: string): AsyncGenerator<string> {
  yield* body.split('\n').slice(0, -1);
}

describe('GET /audit/export', () => {
  it('sends the sealed entries as a file that verifies, and writes an entry', async () => {
    await using app = await startApp();
    await fill(app, 2_500);
    const { status, headers, body } = await app.call('GET', PATH, { bearer: ADMIN_KEY });
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/x-ndjson');
    assert.equal(headers['content-disposition'], 'attachment; filename="audit.ndjson"');
    const head = (await app.call('GET', '/audit/head', { bearer: ADMIN_KEY })).json();
    assert.ok(body.endsWith(`{"head":{"seq":${head.seq},"hash":"${head.hash}"},"complete":true}\n`));
    const result = await app.useCases.verifyAuditLog.ofFile({ lines: linesOf(body), contains: head });
    assert.deepEqual([result.broken, result.end.seq], [undefined, head.seq]);
    const [entry] = (await app.call('GET', '/audit?action=audit.exported', { bearer: ADMIN_KEY })).json();
    assert.deepEqual([entry.actor, entry.subject, entry.changes], [{ kind: 'root' }, { kind: 'store' }, []]);
  });

  it('sends the entries of a period', async () => {
    await using app = await startApp();
    await fill(app, 2);
    app.clock.advance(86_400_000);
    await fill(app, 3);
    const { body } = await app.call('GET', `${PATH}?from=2026-01-02T00:00:00Z`, { bearer: ADMIN_KEY });
    const lines = body
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ at }) => at).filter(Boolean), Array(3).fill('2026-01-02T00:00:00Z'));
    assert.equal(lines[0].anchor.hash, lines[1].prev);
    for (const query of ['from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z', 'from=x', 'limit=1']) {
      mustBeProblem(await app.call('GET', `${PATH}?${query}`, { bearer: ADMIN_KEY }), 400, 'request.invalid');
    }
  });

  it('sends a file that verifies where entries are sealed while it looks for its ends', async (t) => {
    await using app = await startApp();
    await fill(app, 2);
    const queries = app.container.resolve(Ports.auditQueries);
    let isSealed = false;
    const thenSeal = async <T>(read: Promise<T>): Promise<T> => {
      const result = await read;
      if (isSealed) return result;
      isSealed = true;
      await fill(app, 3);
      app.clock.advance(86_400_000);
      await fill(app, 3);
      return result;
    };
    const { readChain, findRange } = queries;
    t.mock.method(queries, 'readChain', () => thenSeal(readChain.call(queries)));
    t.mock.method(queries, 'findRange', (period: AuditPeriod) => thenSeal(findRange.call(queries, period)));
    const { body } = await app.call('GET', `${PATH}?from=2026-01-02T00:00:00Z`, { bearer: ADMIN_KEY });
    assert.equal(isSealed, true);
    assert.equal((await app.useCases.verifyAuditLog.ofFile({ lines: linesOf(body) })).broken, undefined, body);
  });

  it('reads no entries for HEAD', async (t) => {
    await using app = await startApp();
    await fill(app, 2);
    const { mock } = t.mock.method(app.container.resolve(Ports.auditQueries), 'listSealed');
    assert.equal((await app.call('HEAD', PATH, { bearer: ADMIN_KEY })).status, 200);
    assert.equal(mock.callCount(), 0);
    assert.equal((await app.call('GET', PATH, { bearer: ADMIN_KEY })).status, 200);
    assert.equal(mock.callCount(), 1);
  });

  it('takes a step-up', async () => {
    await using app = await startApp();
    const admin = await joinStaff(app, 'admin');
    assert.equal((await app.call('GET', PATH, { session: admin.session })).status, 200);
    app.clock.advance(app.config.stepUpTtlMs);
    mustBeProblem(await app.call('GET', PATH, { session: admin.session }), 401, 'access.step-up-required');
  });

  it('has no time limit, however slowly it is read', async () => {
    await using app = await startApp({ limits: { handlerTimeoutMs: 1 } });
    await fill(app, 6_000);
    const socket = await ask(app);
    const [first] = await once(socket, 'data');
    socket.pause();
    // Longer than the check for requests that take too long, which runs once a second.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const chunks = [first];
    socket.on('data', (chunk) => chunks.push(chunk)).resume();
    await once(socket, 'end');
    assert.match(Buffer.concat(chunks).toString().slice(-500), /"complete":true/);
  });

  it('is cut where its client reads nothing', async () => {
    await using app = await startApp({ limits: { stalledConnectionMs: 200 } });
    await fill(app, 6_000);
    const [asked, [request]] = await Promise.all([ask(app), once(app.app.server, 'request')]);
    asked.pause();
    await once(request.socket as Socket, 'close');
    asked.destroy();
    await appendAudit(app, anAuditEntry({ id: aNewEntry(app).id }));
  });
});

const ask = async (app: TestApp): Promise<Socket> => {
  const socket = connect(await app.listen(), '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  socket.write(
    `GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ADMIN_KEY}\r\nConnection: close\r\n\r\n`,
  );
  return socket;
};
