import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { join, PASSWORD } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

/** The address that a log-in from `remoteAddress` with these headers is written down with. */
const addressSeen = async (app: TestApp, remoteAddress: string, headers: Record<string, string>): Promise<string> => {
  const json = { email: 'ada@example.com', password: PASSWORD };
  const { session } = await app.call('POST', '/sessions', { json, remoteAddress, headers });
  const sessions = (await app.call('GET', '/sessions', { session })).json();
  const [mine] = sessions.filter(({ current }: { current: boolean }) => current);
  assert.equal(app.securityLog.events.filter(({ event }) => event === 'session_created').at(-1)?.client?.ip, mine.ip);
  return mine.ip;
};

const FORGED: readonly Readonly<Record<string, string>>[] = [
  { 'x-forwarded-for': '198.51.100.7' },
  { 'x-forwarded-for': '198.51.100.7, 127.0.0.1' },
  { forwarded: 'for=198.51.100.7;proto=https;host=evil.example' },
  { 'x-real-ip': '198.51.100.7' },
  { 'client-ip': '198.51.100.7' },
  { 'x-client-ip': '198.51.100.7' },
  { 'true-client-ip': '198.51.100.7' },
  { 'cf-connecting-ip': '198.51.100.7' },
  { 'x-cluster-client-ip': '198.51.100.7' },
];

describe('the address of a client', () => {
  it('ASVS 4.1.3: is that of the connection, whatever its headers say', async () => {
    await using app = await startTestApp();
    await join(app);
    for (const headers of FORGED) {
      assert.equal(await addressSeen(app, '203.0.113.9', headers), '203.0.113.9', JSON.stringify(headers));
    }
  });

  it('ASVS 15.3.4: is what a trusted proxy says, and only what it says itself', async () => {
    await using app = await startTestApp({ TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::/32', THROTTLE: 'off' });
    await join(app);
    for (const [peer, forwarded, seen] of [
      ['10.1.2.3', '198.51.100.7', '198.51.100.7'],
      ['10.1.2.3', '1.1.1.1, 198.51.100.7', '198.51.100.7'],
      ['10.1.2.3', '198.51.100.7, 10.9.9.9', '198.51.100.7'],
      ['10.1.2.3', '1.1.1.1, 198.51.100.7, 10.9.9.9', '198.51.100.7'],
      ['2001:db8::1', '198.51.100.7', '198.51.100.7'],
      ['::ffff:10.1.2.3', '198.51.100.7', '198.51.100.7'],
      ['10.1.2.3', '198.51.100.7:51234', '198.51.100.7'],
      ['10.1.2.3', '[2001:db9::7]:443', '2001:db9::7'],
      ['10.1.2.3', 'unknown', '10.1.2.3'],
      ['10.1.2.3', '198.51.100.7, unknown', '10.1.2.3'],
      ['11.1.2.3', '198.51.100.7', '11.1.2.3'],
      ['203.0.113.9', '198.51.100.7, 10.1.2.3', '203.0.113.9'],
      ['2001:db9::1', '198.51.100.7', '2001:db9::1'],
      ['::ffff:203.0.113.9', '198.51.100.7', '203.0.113.9'],
      ['10.1.2.3', '2001:DB9:0::7', '2001:db9::7'],
    ] as const) {
      assert.equal(await addressSeen(app, peer, { 'x-forwarded-for': forwarded }), seen, `${peer} ${forwarded}`);
    }
    for (const headers of FORGED.slice(2)) {
      assert.equal(await addressSeen(app, '10.1.2.3', headers), '10.1.2.3', JSON.stringify(headers));
    }
  });

  it('ASVS 4.1.3: is what limits count on, so that a header does not evade them', async () => {
    await using app = await startTestApp();
    const json = { email: 'unknown@example.com', password: PASSWORD };
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      const headers = { 'x-forwarded-for': `198.51.100.${attempt}`, 'x-real-ip': `198.51.100.${attempt}` };
      mustBeProblem(await app.call('POST', '/sessions', { json, headers }), 401, 'credentials.wrong');
    }
    const headers = { 'x-forwarded-for': '198.51.100.99', forwarded: 'for=198.51.100.99' };
    mustBeProblem(await app.call('POST', '/sessions', { json, headers }), 429, 'throttle.exceeded');
    const elsewhere = await app.call('POST', '/sessions', { json, remoteAddress: '203.0.113.9' });
    mustBeProblem(elsewhere, 401, 'credentials.wrong');
  });

  it('ASVS 4.1.3 and 4.1.2: makes no link, no redirect and no cookie follow a forwarded host or scheme', async () => {
    for (const settings of [{}, { TRUSTED_PROXIES: '127.0.0.0/8' }]) {
      await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY, ...settings });
      const { session } = await join(app);
      await app.call('POST', '/users', { bearer: ADMIN_KEY, json: { email: 'bob@example.com' } });
      const headers = {
        host: 'guildhall.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
        'x-forwarded-port': '81',
        forwarded: 'host=evil.example;proto=http',
      };
      for (const [method, path] of [
        ['GET', '/'],
        ['GET', '/users?limit=1'],
        ['GET', '/docs'],
        ['GET', '/docs/json'],
        ['GET', '/docs/static/index.html'],
        ['GET', '/nope'],
        ['DELETE', '/sessions'],
      ] as const) {
        const shown = path.startsWith('/users') ? { bearer: ADMIN_KEY } : { session };
        const answer = await app.call(method, path, { headers, ...shown });
        assert.notEqual(answer.status, 421);
        const exposed = JSON.stringify([answer.headers, path === '/docs/json' ? answer.json().servers : answer.body]);
        assert.doesNotMatch(exposed, /evil\.example|guildhall\.example|http:\/\/|:81\b/, `${method} ${path}`);
      }
    }
  });
});

describe('a proxy that is not trusted', () => {
  const warningsOf = async (settings: Record<string, string>, headers: Record<string, string>) => {
    const lines: string[] = [];
    const logSink = { write: (line: string) => lines.push(line) };
    await using app = await startTestApp({ LOG_LEVEL: 'warn', LOG_FORMAT: 'json', ...settings }, undefined, {
      logSink,
    });
    for (let request = 1; request <= 3; request += 1) await app.call('GET', '/', { headers });
    return lines.filter((line) => line.includes('TRUSTED_PROXIES'));
  };

  it('is warned of once, for limits then count all clients as one', async () => {
    for (const headers of [{ 'x-forwarded-for': '198.51.100.7' }, { forwarded: 'for=198.51.100.7' }]) {
      const [warning = '', ...more] = await warningsOf({}, headers);
      assert.deepEqual([JSON.parse(warning).level, more], ['warn', []]);
      assert.doesNotMatch(warning, /198\.51/);
    }
  });

  it('is not warned of without such headers, nor where proxies are trusted', async () => {
    assert.deepEqual(await warningsOf({}, {}), []);
    const headers = { 'x-forwarded-for': '198.51.100.7' };
    assert.deepEqual(await warningsOf({ TRUSTED_PROXIES: '192.0.2.0/24' }, headers), []);
  });
});

describe('the limits behind a trusted proxy', () => {
  it('ASVS 15.3.4: cannot be escaped by passing on another text each time', async () => {
    await using app = await startTestApp({ TRUSTED_PROXIES: '127.0.0.0/8' });
    const json = { email: 'unknown@example.com', password: PASSWORD };
    const ask = (forwarded: string) =>
      app.call('POST', '/sessions', { json, headers: { 'x-forwarded-for': forwarded } });
    for (let nth = 1; nth <= 10; nth += 1) {
      mustBeProblem(await ask(nth % 2 === 0 ? `someone-${nth}` : `_${nth}`), 401, 'credentials.wrong');
    }
    mustBeProblem(await ask('someone-else'), 429, 'throttle.exceeded');
    for (let port = 1; port <= 10; port += 1)
      mustBeProblem(await ask(`198.51.100.7:${port}`), 401, 'credentials.wrong');
    mustBeProblem(await ask('198.51.100.7:11'), 429, 'throttle.exceeded');
  });
});

describe('the id of a request', () => {
  it('is the one the client gave where it is harmless, else a new one', async () => {
    await using app = await startTestApp();
    const ask = async (id: string) =>
      (await app.call('GET', '/nope', { headers: { 'x-request-id': id } })).headers['x-request-id'];
    for (const sane of ['1', 'a-b_c.d:e', '4bf92f3577b34da6a3ce929d0e0e4736', 'A'.repeat(128)]) {
      assert.equal(await ask(sane), sane);
    }
    const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
    for (const odd of [
      '',
      ' ',
      'a b',
      'a,b',
      '{"a":1}',
      '%0d%0a',
      '<script>',
      'é',
      'A'.repeat(129),
      '{jndi:ldap://x}',
    ]) {
      assert.match(String(await ask(odd)), uuid, odd);
    }
  });

  it('is in the problem, in the header and in the event alike', async () => {
    await using app = await startTestApp();
    const answer = await app.call('GET', '/sessions', { headers: { 'x-request-id': 'trace-me' } });
    assert.equal(answer.headers['x-request-id'], 'trace-me');
    assert.equal(answer.json().request_id, 'trace-me');
    assert.equal(app.securityLog.events.at(-1)?.client?.requestId, 'trace-me');
  });
});
