import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mustBeProblem } from './problems.ts';
import { exchange } from './raw-http.ts';
import { ADMIN_KEY, startTestApp } from './test-app.ts';

const FOREIGN = ['evil.example', 'evil.example:8000', '127.0.0.1.evil.example', 'localhost.evil.example', '192.0.2.7'];
const HERE = [
  'localhost',
  'LOCALHOST:8000',
  'localhost.:8000',
  '127.0.0.1',
  '127.0.0.1:80',
  '[::1]',
  '[::1]:8000',
  '[0:0:0:0:0:0:0:1]:8000',
  '[::ffff:127.0.0.1]:8000',
];

describe('a server with open administration', () => {
  it('answers under the names of this machine, and to no page that points its own name here', async () => {
    await using app = await startTestApp();
    for (const host of HERE) assert.equal((await app.call('GET', '/users', { headers: { host } })).status, 200, host);
    for (const host of FOREIGN) {
      for (const [method, path] of [
        ['GET', '/users'],
        ['POST', '/users'],
        ['GET', '/'],
        ['GET', '/docs'],
        ['GET', '/nope'],
      ] as const) {
        const answer = await app.call(method, path, { headers: { host } });
        mustBeProblem(answer, 421, 'request.misdirected', /ADMIN_API_KEY/);
      }
    }
  });

  it('answers under the HOST it was given, and where that is every one, under any address', async () => {
    for (const [HOST, ours, foreign] of [
      ['guild.test', ['guild.test:8000', 'Guild.Test', 'guild.test.'], ['evil.example', 'x.guild.test', '192.0.2.7']],
      ['2001:db8::7', ['[2001:DB8:0::7]'], ['[2001:db8::8]']],
      ['192.0.2.7', ['192.0.2.7:8000', '[::ffff:192.0.2.7]'], ['192.0.2.8', 'evil.example']],
      ['0.0.0.0', ['192.0.2.7', '[2001:db8::1]:8000'], ['evil.example', '0.0.0.0.evil.example']],
      ['::', ['192.0.2.7', '[2001:db8::1]:8000'], ['evil.example']],
    ] as const) {
      await using app = await startTestApp({ HOST });
      const statusFor = async (host: string) => (await app.call('GET', '/users', { headers: { host } })).status;
      for (const host of ours) assert.equal(await statusFor(host), 200, `${HOST} as ${host}`);
      for (const host of foreign) assert.equal(await statusFor(host), 421, `${HOST} as ${host}`);
    }
  });

  it('answers who names no host, for that is no browser', async () => {
    await using app = await startTestApp();
    const [answer] = await exchange(await app.listen(), 'GET /_health HTTP/1.0\r\n\r\n');
    assert.equal(answer?.status, 200);
  });
});

describe('a server whose administration takes a key', () => {
  it('answers under any name', async () => {
    for (const settings of [{ ADMIN_API_KEY: ADMIN_KEY }, { ADMIN_API_KEY: ADMIN_KEY, NODE_ENV: 'production' }]) {
      await using app = await startTestApp(settings);
      for (const host of [...FOREIGN, ...HERE]) {
        const answer = await app.call('GET', '/users', { headers: { host }, bearer: ADMIN_KEY });
        assert.equal(answer.status, 200, host);
      }
    }
  });
});
