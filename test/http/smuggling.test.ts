import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { exchange, headerOf, mustBeGuarded } from './raw-http.ts';
import { startTestApp, type TestApp } from './test-app.ts';

/** Would open an account if it were read at all. */
const BODY = JSON.stringify({ email: 'eve@example.com', password: 'a harmless pass phrase', age: 33 });
const LENGTH = BODY.length;
const CHUNKS = `${LENGTH.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;
const POST = 'POST /register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n`;
const GET = 'GET /_health HTTP/1.1\r\n';
const HIDDEN = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** What two programs on the way could read differently, each with a request hidden behind it where that makes sense. */
const AMBIGUOUS: readonly (readonly [what: string, bytes: string | Buffer])[] = [
  ['Content-Length beside Transfer-Encoding', `${CHUNKED}Content-Length: 5\r\n\r\n0\r\n\r\n${HIDDEN}`],
  [
    'Transfer-Encoding behind Content-Length',
    `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  ],
  ['two lengths that differ', `${POST}Content-Length: ${LENGTH}\r\nContent-Length: 3\r\n\r\n${BODY}${HIDDEN}`],
  ['two lengths that agree', `${POST}Content-Length: ${LENGTH}\r\nContent-Length: ${LENGTH}\r\n\r\n${BODY}`],
  ['a list of lengths', `${POST}Content-Length: ${LENGTH}, ${LENGTH}\r\n\r\n${BODY}`],
  ['a negative length', `${POST}Content-Length: -2\r\n\r\n{}`],
  ['a length with a sign', `${POST}Content-Length: +${LENGTH}\r\n\r\n${BODY}`],
  ['a length in hexadecimal', `${POST}Content-Length: 0x${LENGTH.toString(16)}\r\n\r\n${BODY}`],
  ['a length beyond all numbers', `${POST}Content-Length: 99999999999999999999\r\n\r\n{}`],
  ['a space before the colon', `${POST}Transfer-Encoding : chunked\r\n\r\n${CHUNKS}${HIDDEN}`],
  ['a tab before the colon', `${POST}Content-Length\t: ${LENGTH}\r\n\r\n${BODY}`],
  ['an unknown transfer coding', `${POST}Transfer-Encoding: xchunked\r\n\r\n${CHUNKS}${HIDDEN}`],
  ['chunked, but not last', `${POST}Transfer-Encoding: chunked, identity\r\n\r\n${CHUNKS}${HIDDEN}`],
  ['a coding before chunked', `${POST}Connection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n${CHUNKS}`],
  [
    'chunked twice',
    `${POST}Connection: close\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  ],
  [
    'chunked in HTTP/1.0',
    `POST /register HTTP/1.0\r\nTransfer-Encoding: chunked\r\nContent-Length: ${LENGTH}\r\n\r\n${BODY}`,
  ],
  ['a folded header', `${GET}Host: localhost\r\nX-A: 1\r\n 2\r\n\r\n`],
  ['a folded first header', `${GET} Host: localhost\r\n\r\n`],
  ['bare line feeds', 'GET /_health HTTP/1.1\nHost: localhost\n\n'],
  ['one bare line feed', `${GET}Host: localhost\nX-A: 1\r\n\r\n`],
  ['a bare carriage return', `${GET}Host: localhost\rX-A: 1\r\n\r\n`],
  ['a NUL in a header', `${GET}Host: localhost\r\nX-A: a\0b\r\n\r\n`],
  ['a header without a name', `${GET}Host: localhost\r\n: x\r\n\r\n`],
  ['a header without a colon', `${GET}Host: localhost\r\nX-A\r\n\r\n`],
  ['a byte beyond ASCII in a header name', Buffer.from(`${GET}Host: localhost\r\nX-\xe4: 1\r\n\r\n`, 'latin1')],
  ['no host', `${GET}Connection: close\r\n\r\n`],
  ['two hosts', `${GET}Host: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n`],
  ['two hosts that agree', `${GET}Host: localhost\r\nhost: localhost\r\nConnection: close\r\n\r\n`],
  ['an empty host', `${GET}Host:\r\nConnection: close\r\n\r\n`],
  ['a host that is none', `${GET}Host: a b<c>\r\nConnection: close\r\n\r\n`],
  ['a host with a path', `${GET}Host: localhost/x\r\nConnection: close\r\n\r\n`],
  ['a list of hosts', `${GET}Host: localhost, evil.example\r\nConnection: close\r\n\r\n`],
  [
    'a target on another host',
    'GET http://evil.example/_health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  ],
  [
    'a target on a host with a name before it',
    'GET http://localhost@evil.example/_health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  ],
  ['a target that is no path', 'GET * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ['a target without a slash', 'GET _health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ['a target with a fragment', 'GET /metrics# HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  [
    'a target with a fragment like a query',
    'GET /users#email=ada@example.com HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  ],
  [
    'a query with a fragment',
    'GET /users?email=ada@example.com#x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  ],
  ['a target with a raw byte beyond ASCII', Buffer.from('GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n', 'latin1')],
  ['a space in the target', 'GET /_health /x HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['an unknown expectation', `${POST}Expect: 200-ok\r\nContent-Length: ${LENGTH}\r\nConnection: close\r\n\r\n${BODY}`],
  ['a chunk size in another notation', `${CHUNKED}\r\n0x${CHUNKS}`],
  ['a negative chunk size', `${CHUNKED}\r\n-2\r\n{}\r\n0\r\n\r\n`],
  ['a chunk size beyond all numbers', `${CHUNKED}\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n`],
  ['a control character in a chunk extension', `${CHUNKED}\r\n${CHUNKS.replace('\r\n', ';a=\x01\r\n')}`],
  ['a line feed in a chunk extension', `${CHUNKED}\r\n${CHUNKS.replace('\r\n', ';a\n')}`],
  ['chunks with bare line feeds', `${CHUNKED}\r\n${CHUNKS.replaceAll('\r\n', '\n')}`],
  ['a chunk longer than it says', `${CHUNKED}\r\n${CHUNKS.replace('}', '}x')}`],
  ['an unknown version', 'GET /_health HTTP/3.7\r\nHost: localhost\r\n\r\n'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a method in lower case', 'get /_health HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['an unknown method', 'FROB /_health HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['the beginning of TLS', Buffer.from([0x16, 0x03, 0x01, 0x00, 0xc8, 0x01, 0x00, 0x00, 0xc4, 0x03, 0x03])],
  ['bytes of no kind', Buffer.from([0x00, 0xff, 0x0d, 0x0a, 0x80, 0x0d, 0x0a, 0x0d, 0x0a])],
];

describe('a request that can be read in two ways', () => {
  let app: TestApp;
  let port: number;
  before(async () => {
    app = await startTestApp();
    port = await app.listen();
  });
  after(() => app[Symbol.asyncDispose]());

  for (const [what, bytes] of AMBIGUOUS) {
    it(`ASVS 4.2.1: is refused, and the connection with it: ${what}`, async () => {
      const rows = app.rows();
      const answers = await exchange(port, bytes);
      assert.deepEqual(
        answers.map(({ status }) => status),
        [400],
        JSON.stringify(answers),
      );
      const [answer] = answers as [(typeof answers)[0]];
      mustBeGuarded(answer);
      assert.equal(headerOf(answer, 'connection'), 'close');
      assert.equal(headerOf(answer, 'content-type'), 'application/problem+json; charset=utf-8');
      const { code, errors, request_id: requestId } = JSON.parse(answer.body);
      assert.equal(code, 'request.invalid');
      assert.ok(errors.length > 0);
      assert.equal(requestId, headerOf(answer, 'x-request-id'));
      const events = app.securityLog.events.filter(({ client }) => client?.requestId === requestId);
      assert.deepEqual(
        events.map(({ event }) => event),
        ['input_validation_fail'],
      );
      assert.deepEqual(app.rows(), rows);
    });
  }

  it('is read in one way where it is unusual but valid', async () => {
    for (const bytes of [
      'GET /_health HTTP/1.0\r\n\r\n',
      'GET http://localhost/_health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      'GET http://LOCALHOST:80/_health HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\n\r\n',
      `${GET}Host: [::1]:8000\r\nConnection: close\r\n\r\n`,
      `${GET}HOST:   localhost  \r\nconnection: CLOSE\r\n\r\n`,
      `${GET}Host: localhost\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n`,
      `\r\n${GET}Host: localhost\r\nConnection: close\r\n\r\n`,
    ]) {
      const [answer, ...more] = await exchange(port, bytes);
      assert.deepEqual([answer?.status, answer?.body, more], [200, '{"status":"OK"}', []], bytes);
    }
  });
});
