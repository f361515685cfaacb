import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { numbered, wireFormOf } from './load-plan.ts';

describe('numbered', () => {
  it('puts in eight digits, whatever the number, at every place', () => {
    assert.equal(numbered('/a/{n}?b={n}', 42), '/a/00000042?b=00000042');
    assert.equal(numbered('{n}', 123_456_789), '23456789');
  });

  it('leaves everything else as it is', () => {
    assert.equal(numbered('{"n":1}', 42), '{"n":1}');
  });
});

describe('wireFormOf', () => {
  const url = 'http://127.0.0.1:8000';

  it('is a request as it goes over the wire', () => {
    const cookie = '__Host-session_id=abc';
    const wire = 'GET /profile HTTP/1.1\r\nhost: 127.0.0.1:8000\r\ncookie: __Host-session_id=abc\r\n\r\n';
    assert.equal(wireFormOf({ path: '/profile', headers: { cookie } }, url), wire);
  });

  it('states the length of the body in bytes, with its number', () => {
    const wire = wireFormOf({ method: 'POST', path: '/users', body: '{"é":"{n}"}' }, url);
    const [head = '', body = ''] = wire.split('\r\n\r\n');
    assert.equal(body, '{"é":"{n}"}');
    const length = Buffer.byteLength(numbered(body, 7));
    assert.ok(head.endsWith(`content-length: ${length}`), head);
  });
});
