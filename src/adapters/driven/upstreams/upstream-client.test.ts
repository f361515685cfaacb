import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it, mock } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { aClient } from '../../../../test/builders/upstream-builder.ts';
import {
  type Fault,
  neverRespond,
  resetConnection,
  resetMidBody,
  respondWith,
  respondWithHtml,
  type SimulatorOptions,
  startSimulator,
} from '../../../../test/simulators/simulator.ts';
import type { PortError } from '../../../ports/port-error.ts';
import { UPSTREAM_LIMITS, type UpstreamClient } from './upstream-client.ts';

const startServer = (options?: SimulatorOptions) =>
  startSimulator(() => ({ status: 200, json: { ok: true } }), options);

const send = (
  client: UpstreamClient,
  path = 'x',
  headers: Record<string, string> = {},
  deadline: AbortSignal = client.deadline(),
) => client.send({ url: client.url(path), headers, shareAs: 'app' }, deadline);

const failureOf = async (work: Promise<unknown>): Promise<PortError> => {
  const [outcome] = await Promise.allSettled([work]);
  assert.equal(outcome.status, 'rejected');
  return outcome.reason as PortError;
};

const unavailable = { code: 'upstream.unavailable' };

describe('UpstreamClient', () => {
  it('returns status and JSON, and sends a User-Agent', async () => {
    await using service = await startServer();
    await using example = aClient(service.baseUrl);
    const { status, json } = await send(example.client, 'a?b=c', { accept: 'application/json' });
    assert.deepEqual([status, json], [200, { ok: true }]);
    assert.deepEqual(service.paths, ['GET /a?b=c']);
    assert.equal(service.requests[0]?.headers['user-agent'], 'guildhall/test');
    assert.deepEqual(example.observer.calls, ['Example 2xx']);
  });

  it('keeps the path of its base URL', async () => {
    await using service = await startServer();
    await using example = aClient(`${service.baseUrl}/api/v3`);
    await send(example.client, 'users/x');
    assert.deepEqual(service.paths, ['GET /api/v3/users/x']);
  });

  const transientFaults: [name: string, fault: Fault][] = [
    ['a connection that is reset before the response', resetConnection],
    ['a connection that is reset within the response', resetMidBody],
    ['a 500', respondWith({ status: 500, json: {} })],
    ['a 503 of a proxy, in HTML', respondWithHtml(503)],
  ];
  for (const [name, fault] of transientFaults) {
    it(`retries after ${name}`, async () => {
      await using service = await startServer();
      await using example = aClient(service.baseUrl);
      service.failNext(...Array(UPSTREAM_LIMITS.retries).fill(fault));
      assert.equal((await send(example.client)).status, 200);
      assert.equal(service.paths.length, 1 + UPSTREAM_LIMITS.retries);
    });

    it(`fails when ${name} persists`, async () => {
      await using service = await startServer();
      await using example = aClient(service.baseUrl);
      service.failAlways(fault);
      const failure = await failureOf(send(example.client));
      assert.equal(failure.code, 'upstream.unavailable');
      assert.match(failure.messages.join(), /^Example /);
      assert.ok(Number(failure.retryAfterSeconds) >= 1);
      assert.equal(service.paths.length, 1 + UPSTREAM_LIMITS.retries);
    });
  }

  it('does not retry at once after a Retry-After', async () => {
    await using service = await startServer();
    await using example = aClient(service.baseUrl);
    service.failAlways(respondWith({ status: 503, json: {}, headers: { 'retry-after': '120' } }));
    assert.equal((await failureOf(send(example.client))).retryAfterSeconds, 120);
    assert.equal(service.paths.length, 1);
  });

  it('bounds a Retry-After to one second and a day', async () => {
    await using service = await startServer();
    await using example = aClient(service.baseUrl);
    for (const [sent, expected] of [
      ['0', 1],
      ['9999999999', 86_400],
    ] as const) {
      service.failAlways(respondWith({ status: 503, json: {}, headers: { 'retry-after': sent } }));
      assert.equal((await failureOf(send(example.client))).retryAfterSeconds, expected);
    }
  });

  it('does not retry after a status below 500', async () => {
    await using service = await startServer();
    await using example = aClient(service.baseUrl);
    for (const status of [301, 302, 307, 400, 401, 403, 404, 422, 429]) {
      service.failNext(respondWith({ status, json: {}, headers: { location: '/elsewhere' } }));
      assert.equal((await send(example.client)).status, status);
    }
    assert.equal(service.paths.length, 9, 'ASVS 15.3.2: no redirect is followed');
  });

  it('ends at the deadline, without a response and without an HTTP server', async () => {
    await using service = await startServer();
    await using silent = await startSilentServer();
    service.failAlways(neverRespond);
    for (const baseUrl of [service.baseUrl, silent.baseUrl]) {
      await using example = aClient(baseUrl);
      const deadline = new AbortController();
      const asking = failureOf(send(example.client, 'x', {}, deadline.signal));
      assert.equal(await Promise.race([asking, nextTurn('waiting')]), 'waiting');
      deadline.abort();
      const { code, messages } = await asking;
      assert.deepEqual([code, messages], ['upstream.unavailable', ['Example did not answer in time.']]);
    }
  });

  it('ends retries at the deadline', async () => {
    await using service = await startServer();
    const deadline = new AbortController();
    let attempts = 0;
    service.failAlways((request, response) => {
      attempts += 1;
      if (attempts === 3) deadline.abort();
      resetConnection(request, response);
    });
    await using example = aClient(service.baseUrl, { limits: { retries: 1_000_000 } });
    await assert.rejects(send(example.client, 'x', {}, deadline.signal), unavailable);
    assert.equal(attempts, 3);
  });

  it('starts the deadline with the request', async (t) => {
    const timeout = t.mock.method(AbortSignal, 'timeout');
    await using example = aClient('http://127.0.0.1:9', { deadlineMs: 150 });
    assert.equal(example.client.deadline(), timeout.mock.calls[0]?.result);
    assert.deepEqual(timeout.mock.calls[0]?.arguments, [150]);
  });

  it('rejects a body above its size limit', async () => {
    await using service = await startSimulator(() => ({ status: 200, json: 'x'.repeat(2_000) }));
    await using example = aClient(service.baseUrl, { limits: { bytes: 1_000 } });
    assert.equal((await failureOf(send(example.client))).code, 'upstream.nonsense');
    assert.equal(service.paths.length, 1);
  });

  const zipped: [encoding: string, encode: (text: string) => Buffer][] = [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ];
  const answerWith = (body: Buffer, encoding: string): Fault => {
    return (_, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(body);
  };
  for (const [encoding, encode] of zipped) {
    it(`RFC 9110, 8.4: decodes a body in ${encoding}, requested or not`, async () => {
      await using service = await startServer();
      await using example = aClient(service.baseUrl);
      service.failNext(answerWith(encode('{"ok":true}'), encoding.toUpperCase()));
      assert.deepEqual((await send(example.client)).json, { ok: true });
    });
  }

  it('rejects a body that is damaged, in an unknown encoding, or too large once decoded', async () => {
    await using service = await startServer();
    await using example = aClient(service.baseUrl, { limits: { bytes: 1_000 } });
    const bodies: [body: Buffer, encoding: string][] = [
      [Buffer.from('{"ok":true}'), 'gzip'],
      [gzipSync('{"ok":true}'), 'zstd'],
      [gzipSync(JSON.stringify('x'.repeat(100_000))), 'gzip'],
    ];
    for (const [body, encoding] of bodies) {
      service.failNext(answerWith(body, encoding));
      assert.equal((await failureOf(send(example.client))).code, 'upstream.nonsense', encoding);
    }
    assert.deepEqual(example.observer.calls, Array(3).fill('Example invalid-response'));
  });

  it('opens no more connections than its limit', async () => {
    await using service = await startServer();
    await using example = aClient(service.baseUrl, { connections: 3 });
    const lines = new Set<unknown>();
    const held: (() => void)[] = [];
    // No response before three requests are open: a fourth connection would carry another one.
    service.failAlways((request, response) => {
      lines.add(request.socket);
      held.push(() => respondWith({ status: 200, json: {} })(request, response));
      if (held.length === 3) for (const answer of held.splice(0)) answer();
    });
    await Promise.all(Array.from({ length: 30 }, (_, n) => send(example.client, `n/${n}`)));
    assert.deepEqual([service.maxConcurrent, lines.size], [3, 3]);
    assert.equal(service.paths.length, 30);
  });

  it('shares one response between equal requests in flight, and no longer', async () => {
    await using service = await startServer({ latencyMs: 10 });
    await using example = aClient(service.baseUrl);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(example.client)));
    assert.equal(service.paths.length, 1);
    assert.ok(answers.every(({ json }) => (json as { ok: boolean }).ok));
    await send(example.client);
    assert.equal(service.paths.length, 2);
  });

  it('shares no response between callers, nor without a caller', async () => {
    await using service = await startServer({ latencyMs: 10 });
    await using example = aClient(service.baseUrl);
    const { client } = example;
    const sendAs = (shareAs?: string) => client.send({ url: client.url('x'), ...(shareAs && { shareAs }) });
    await Promise.all([sendAs('app'), sendAs('owner'), sendAs(), sendAs()]);
    assert.equal(service.paths.length, 4);
  });

  it('stops sending while the upstream keeps failing, and tries again later', async () => {
    mock.timers.enable({ apis: ['Date'] });
    try {
      await using service = await startServer();
      await using example = aClient(service.baseUrl, { limits: { retries: 0, failures: 3, openMs: 3_600_000 } });
      service.failAlways(resetConnection);
      for (let n = 0; n < 3; n += 1) await assert.rejects(send(example.client), unavailable);
      service.failAlways(undefined);

      const failure = await failureOf(send(example.client));
      assert.equal(service.paths.length, 3, 'no fourth request');
      assert.deepEqual(failure.messages, ['Example keeps failing; requests to it are paused.']);
      assert.ok(Number(failure.retryAfterSeconds) > 3_000 && Number(failure.retryAfterSeconds) <= 3_600);

      mock.timers.tick(3_600_000);
      assert.equal((await send(example.client)).status, 200);
      assert.equal((await send(example.client)).status, 200);
      assert.deepEqual(example.observer.circuits, [true, false, false]);
    } finally {
      mock.timers.reset();
    }
  });

  it('ASVS 13.2.6: has the limits that the documentation lists', () => {
    const page = readFileSync(new URL('../../../../docs/developer-pairs.md', import.meta.url), 'utf8');
    const { bytes, urlCharacters, retries, firstRetryMs, connectMs, maxRetryMs, failures, openMs } = UPSTREAM_LIMITS;
    const rows = [
      `| attempts after the first | ${retries}, after random, growing waits of about ${firstRetryMs} ms, never above ${maxRetryMs} ms;`,
      `| time to open a connection | ${connectMs} ms |`,
      `| consecutive failures that open the circuit | ${failures} |`,
      `| time until an open circuit lets one request through | ${openMs} ms |`,
      `| bytes of a response | ${bytes} |`,
      `| characters of a URL | ${urlCharacters} |`,
    ];
    assert.deepEqual(
      rows.filter((row) => !page.includes(row)),
      [],
    );
  });

  it('does not count a 4xx as a failure', async () => {
    await using service = await startServer();
    await using example = aClient(service.baseUrl, { limits: { failures: 2 } });
    for (const status of [429, 404, 403, 429]) {
      service.failNext(respondWith({ status, json: {} }));
      await send(example.client);
    }
    assert.equal((await send(example.client)).status, 200);
  });
});

/** Accepts connections and sends nothing. */
const startSilentServer = async () => {
  const server = createServer(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
};
