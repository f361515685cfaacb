import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it, mock } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { aClient } from '../../../../test/builders/upstream-builder.ts';
import {
  cutShort,
  type Fault,
  hangUp,
  htmlPage,
  type SimulatorOptions,
  silence,
  startSimulator,
  telling,
} from '../../../../test/simulators/simulator.ts';
import type { PortError } from '../../../ports/port-error.ts';
import type { UpstreamClient } from './upstream-client.ts';
import { UPSTREAM_LIMITS } from './upstream-exchange.ts';

const startWell = (options?: SimulatorOptions) =>
  startSimulator(() => ({ status: 200, json: { well: true } }), options);

const ask = (
  client: UpstreamClient,
  path = 'x',
  headers: Record<string, string> = {},
  deadline: AbortSignal = client.deadline(),
) => client.ask({ url: client.url(path), headers, as: 'anybody' }, deadline);

const failureOf = async (work: Promise<unknown>): Promise<PortError> => {
  const [outcome] = await Promise.allSettled([work]);
  assert.equal(outcome.status, 'rejected');
  return outcome.reason as PortError;
};

const isDown = { code: 'upstream.unavailable' };

describe('UpstreamClient', () => {
  it('gives back what was said, and says who is asking', async () => {
    await using service = await startWell();
    await using example = aClient(service.baseUrl);
    const { status, json } = await ask(example.client, 'a?b=c', { accept: 'application/json' });
    assert.deepEqual([status, json], [200, { well: true }]);
    assert.deepEqual(service.paths, ['GET /a?b=c']);
    assert.equal(service.asked[0]?.headers['user-agent'], 'guildhall/test');
    assert.deepEqual(example.observer.calls, ['Example 2xx']);
  });

  it('keeps to a base that is not the root', async () => {
    await using service = await startWell();
    await using example = aClient(`${service.baseUrl}/api/v3`);
    await ask(example.client, 'users/x');
    assert.deepEqual(service.paths, ['GET /api/v3/users/x']);
  });

  const hiccups: [name: string, fault: Fault][] = [
    ['a line that is cut before a word', hangUp],
    ['a line that is cut in the middle', cutShort],
    ['a 500', telling({ status: 500, json: {} })],
    ['a proxy that shows a web page', htmlPage(503)],
  ];
  for (const [name, fault] of hiccups) {
    it(`tries again after ${name}`, async () => {
      await using service = await startWell();
      await using example = aClient(service.baseUrl);
      service.failNext(...Array(UPSTREAM_LIMITS.retries).fill(fault));
      assert.equal((await ask(example.client)).status, 200);
      assert.equal(service.paths.length, 1 + UPSTREAM_LIMITS.retries);
    });

    it(`gives up when ${name} does not pass`, async () => {
      await using service = await startWell();
      await using example = aClient(service.baseUrl);
      service.failAlways(fault);
      const failure = await failureOf(ask(example.client));
      assert.equal(failure.code, 'upstream.unavailable');
      assert.match(failure.messages.join(), /^Example /);
      assert.ok(Number(failure.retryAfterSeconds) >= 1);
      assert.equal(service.paths.length, 1 + UPSTREAM_LIMITS.retries);
    });
  }

  it('does not try again at once where it was told when', async () => {
    await using service = await startWell();
    await using example = aClient(service.baseUrl);
    service.failAlways(telling({ status: 503, json: {}, headers: { 'retry-after': '120' } }));
    assert.equal((await failureOf(ask(example.client))).retryAfterSeconds, 120);
    assert.equal(service.paths.length, 1);
  });

  it('asks once what was answered clearly, whatever the answer', async () => {
    await using service = await startWell();
    await using example = aClient(service.baseUrl);
    for (const status of [301, 302, 307, 400, 401, 403, 404, 422, 429]) {
      service.failNext(telling({ status, json: {}, headers: { location: '/elsewhere' } }));
      assert.equal((await ask(example.client)).status, status);
    }
    assert.equal(service.paths.length, 9, 'ASVS 15.3.2: no redirect is followed');
  });

  it('waits no longer than the deadline, for silence and for a line that is never picked up', async () => {
    await using service = await startWell();
    await using deaf = await startDeafServer();
    service.failAlways(silence);
    for (const baseUrl of [service.baseUrl, deaf.baseUrl]) {
      await using example = aClient(baseUrl);
      const deadline = new AbortController();
      const asking = failureOf(ask(example.client, 'x', {}, deadline.signal));
      assert.equal(await Promise.race([asking, nextTurn('waiting')]), 'waiting');
      deadline.abort();
      const { code, messages } = await asking;
      assert.deepEqual([code, messages], ['upstream.unavailable', ['Example did not answer in time.']]);
    }
  });

  it('gives retries no longer than the deadline either', async () => {
    await using service = await startWell();
    const deadline = new AbortController();
    let attempts = 0;
    service.failAlways((request, response) => {
      attempts += 1;
      if (attempts === 3) deadline.abort();
      hangUp(request, response);
    });
    await using example = aClient(service.baseUrl, { limits: { retries: 1_000_000 } });
    await assert.rejects(ask(example.client, 'x', {}, deadline.signal), isDown);
    assert.equal(attempts, 3);
  });

  it('counts the deadline from the question on, as long as it was set to', async (t) => {
    const timeout = t.mock.method(AbortSignal, 'timeout');
    await using example = aClient('http://127.0.0.1:9', { deadlineMs: 150 });
    assert.equal(example.client.deadline(), timeout.mock.calls[0]?.result);
    assert.deepEqual(timeout.mock.calls[0]?.arguments, [150]);
  });

  it('reads no more than it is willing to', async () => {
    await using service = await startSimulator(() => ({ status: 200, json: 'x'.repeat(2_000) }));
    await using example = aClient(service.baseUrl, { limits: { bytes: 1_000 } });
    assert.equal((await failureOf(ask(example.client))).code, 'upstream.nonsense');
    assert.equal(service.paths.length, 1);
  });

  it('holds no more lines at a time than it may', async () => {
    await using service = await startWell();
    await using example = aClient(service.baseUrl, { connections: 3 });
    const lines = new Set<unknown>();
    const held: (() => void)[] = [];
    // No answer before three questions are open: were there a fourth line, a question would open it.
    service.failAlways((request, response) => {
      lines.add(request.socket);
      held.push(() => telling({ status: 200, json: {} })(request, response));
      if (held.length === 3) for (const answer of held.splice(0)) answer();
    });
    await Promise.all(Array.from({ length: 30 }, (_, n) => ask(example.client, `n/${n}`)));
    assert.deepEqual([service.mostAtOnce, lines.size], [3, 3]);
    assert.equal(service.paths.length, 30);
  });

  it('asks once what many want to know at once, and again what they want to know later', async () => {
    await using service = await startWell({ latencyMs: 10 });
    await using example = aClient(service.baseUrl);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(example.client)));
    assert.equal(service.paths.length, 1);
    assert.ok(answers.every(({ json }) => (json as { well: boolean }).well));
    await ask(example.client);
    assert.equal(service.paths.length, 2);
  });

  it('does not answer one with what another may see', async () => {
    await using service = await startWell({ latencyMs: 10 });
    await using example = aClient(service.baseUrl);
    const { client } = example;
    const as = (who: string) => client.ask({ url: client.url('x'), headers: {}, as: who }, client.deadline());
    await Promise.all([as('app'), as('owner')]);
    assert.equal(service.paths.length, 2);
  });

  it('leaves alone what keeps failing, says for how long, and looks again after a rest', async () => {
    mock.timers.enable({ apis: ['Date'] });
    try {
      await using service = await startWell();
      await using example = aClient(service.baseUrl, { limits: { retries: 0, failures: 3, restMs: 3_600_000 } });
      service.failAlways(hangUp);
      for (let n = 0; n < 3; n += 1) await assert.rejects(ask(example.client), isDown);
      service.failAlways(undefined);

      const failure = await failureOf(ask(example.client));
      assert.equal(service.paths.length, 3, 'it was not asked a fourth time');
      assert.deepEqual(failure.messages, ['Example keeps failing and is left alone for a moment.']);
      assert.ok(Number(failure.retryAfterSeconds) > 3_000 && Number(failure.retryAfterSeconds) <= 3_600);

      mock.timers.tick(3_600_000);
      assert.equal((await ask(example.client)).status, 200);
      assert.equal((await ask(example.client)).status, 200);
      assert.deepEqual(example.observer.circuits, [true, false, false]);
    } finally {
      mock.timers.reset();
    }
  });

  it('ASVS 13.2.6: has the limits that its documentation says', () => {
    const page = readFileSync(new URL('../../../../docs/developer-pairs.md', import.meta.url), 'utf8');
    const { bytes, urlCharacters, retries, firstRetryMs, longestRetryMs, failures, restMs } = UPSTREAM_LIMITS;
    const rows = [
      `| attempts after the first | ${retries}, after random, growing waits of about ${firstRetryMs} ms, never above ${longestRetryMs} ms;`,
      `| failures in a row, after which it is left alone | ${failures} |`,
      `| rest, before one question tries again | ${restMs} ms |`,
      `| bytes of an answer | ${bytes} |`,
      `| characters of an address | ${urlCharacters} |`,
    ];
    assert.deepEqual(
      rows.filter((row) => !page.includes(row)),
      [],
    );
  });

  it('is not shut by refusals: who answers 429 or 404 is well', async () => {
    await using service = await startWell();
    await using example = aClient(service.baseUrl, { limits: { failures: 2 } });
    for (const status of [429, 404, 403, 429]) {
      service.failNext(telling({ status, json: {} }));
      await ask(example.client);
    }
    assert.equal((await ask(example.client)).status, 200);
  });
});

/** Takes the call and never says a word, not even that it has heard. */
const startDeafServer = async () => {
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
