import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import type { Container } from '../../src/composition/wiring/ports.ts';
import { join } from './people.ts';
import { exchange } from './raw-http.ts';
import { startTestApp, withProblems } from './test-app.ts';

/** A service whose log can be read line by line. */
const startTalking = async () => {
  const lines: string[] = [];
  const app = await startTestApp({ LOG_LEVEL: 'info', LOG_FORMAT: 'json' }, undefined, {
    logSink: { write: (line: string) => lines.push(line) },
  });
  const requests = () => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
  return { app, lines, requests, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

describe('the line of a request', () => {
  it('is one for every request, whatever became of it, with the id in the answer', async () => {
    await using talking = await startTalking();
    const { app, requests } = talking;
    for (const [method, path, status] of [
      ['GET', '/_health', 200],
      ['GET', '/nope', 404],
      ['POST', '/profile', 405],
      ['GET', '/profile', 403],
      ['GET', '/%zz', 400],
      ['GET', `/users/${'a'.repeat(400)}`, 400],
    ] as const) {
      const before = requests().length;
      const answer = await app.call(method, path, { headers: { 'x-request-id': 'one-of-mine' } });
      assert.equal(answer.status, status);
      const [line, ...more] = requests().slice(before);
      assert.deepEqual(more, [], path);
      assert.equal(line.request_id, 'one-of-mine');
      assert.deepEqual([line.method, line.status, line.level], [method, status, 'info']);
      assert.ok(path.startsWith(line.path) && line.path.length <= 200);
      assert.equal(line.ip, '127.0.0.1');
    }
  });

  it('has the address of a client that disconnects while it is answered', async () => {
    const lines: string[] = [];
    const logSink = { write: (line: string) => lines.push(line) };
    let socket: Socket | undefined;
    const problems = async () => {
      socket?.destroy();
      return [];
    };
    const disconnects = (container: Container) => withProblems(container, problems);
    await using app = await startTestApp({ LOG_LEVEL: 'info', LOG_FORMAT: 'json' }, disconnects, { logSink });
    socket = connect(await app.listen(), '127.0.0.1');
    const [accepted] = (await once(app.app.server, 'connection')) as [Socket];
    socket.write('GET /_ready HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(accepted, 'close');
    const line = lines.find((line) => line.includes('"path":"/_ready"')) ?? '{}';
    assert.equal(JSON.parse(line).ip, '127.0.0.1');
  });

  it('ASVS 16.2.1: names the user, once authenticated', async () => {
    await using talking = await startTalking();
    const { id, session } = await join(talking.app);
    await talking.app.call('GET', '/profile', { session });
    assert.equal(talking.requests().at(-1).user_id, id);
    await talking.app.call('GET', '/profile');
    assert.equal(talking.requests().at(-1).user_id, undefined);
  });

  it('ASVS 16.4.1 and 1.3.10: stays one line, and is no format, whatever the client writes', async () => {
    await using talking = await startTalking();
    const { app, lines, requests } = talking;
    const hostile = '%s%j%o%n "},{"level":"fatal" \u009b31m';
    for (const path of [
      '/%0d%0a{"level":"fatal"}',
      '/%1b[31m',
      '/%s%25j',
      '/%e2%80%a8x',
      '/"},{"level":"fatal"',
      '/a\u2028b',
    ]) {
      const before = lines.length;
      await app.call('GET', path, {
        headers: { 'user-agent': hostile, referer: hostile, 'x-request-id': hostile, host: 'localhost' },
      });
      for (const line of lines.slice(before)) {
        assert.match(line, /^\{[^\p{Cc}\p{Zl}\p{Zp}]*\}\n$/u);
        assert.notEqual(JSON.parse(line).level, 'fatal');
      }
      assert.ok(requests().length > 0);
    }
    const answer = await app.call('POST', '/register', {
      json: { email: 'eve@example.com', password: 'a harmless pass phrase', age: 33, name: '%s%j "},{' },
    });
    assert.equal(answer.status, 201);
    const { msg, event } = lines
      .map((line) => JSON.parse(line))
      .filter((line) => line.event !== undefined)
      .at(-1);
    assert.deepEqual([msg, event], ['security event', 'user_created']);
  });

  it('ASVS 1.3.3: is cut where the client went on for too long, and so is what is kept of its program', async () => {
    await using talking = await startTalking();
    const { app, requests } = talking;
    await app.call('GET', `/${'a'.repeat(5_000)}`);
    assert.equal(requests().at(-1).path.length, 200);
    const { email, password } = await join(app);
    const headers = { 'user-agent': 'x'.repeat(5_000) };
    const { session } = await app.call('POST', '/sessions', { json: { email, password }, headers });
    const devices = (await app.call('GET', '/sessions', { session })).json();
    assert.equal(devices.at(-1).user_agent.length, 200);
  });

  it('leaves the query and a fragment out: people put secrets there', async () => {
    await using talking = await startTalking();
    const port = await talking.app.listen();
    for (const [target, path] of [
      ['/users?email=ada@example.com', '/users'],
      ['/users#email=ada@example.com', '/users'],
      ['/%zz#email=ada@example.com', '/%zz'],
      [`/users/${'a'.repeat(401)}?#email=ada@example.com`, `/users/${'a'.repeat(193)}`],
    ] as const) {
      await exchange(port, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      assert.equal(talking.requests().at(-1).path, path);
    }
    assert.ok(!talking.lines.join('').includes('ada@example.com'));
  });
});
