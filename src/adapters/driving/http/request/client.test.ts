import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { anId } from '../../../../../test/builders/ids.ts';
import { clientIpOf, clientOf, requestIdFrom } from './client.ts';

describe('clientOf', () => {
  it('has an address to count on, also for a client that has disconnected', () => {
    const client = clientOf({ clientIp: undefined, id: 'r-1', headers: {} });
    assert.deepEqual(client, { ip: 'unknown', userAgent: '', requestId: 'r-1' });
  });
});

describe('requestIdFrom', () => {
  it('keeps an id of the client, unless it could harm a log', () => {
    const idFrom = (id: string) => requestIdFrom({ 'x-request-id': id }, { next: () => anId(1) });
    assert.equal(idFrom('build-42:retry.1'), 'build-42:retry.1');
    for (const odd of ['', 'two words', 'a'.repeat(129)]) assert.equal(idFrom(odd), anId(1));
  });

  it('takes a new id where the client sends none', () => {
    assert.equal(requestIdFrom({}, { next: () => anId(1) }), anId(1));
  });
});

describe('clientIpOf', () => {
  const PROXY = '10.1.2.3';
  const of = (ip: string) => clientIpOf({ ip, socket: { remoteAddress: PROXY } as FastifyRequest['socket'] });

  it('returns an address in its shortest form, so that equal addresses are equal', () => {
    for (const ip of ['198.51.100.7', '2001:db8::1', '::1']) assert.equal(of(ip), ip);
    assert.equal(of('2001:0DB8:0:0:0:0:0:1'), '2001:db8::1');
    assert.equal(of('::ffff:198.51.100.7'), '198.51.100.7');
    assert.equal(of('::FFFF:c633:6407'), '198.51.100.7');
  });

  it('removes the port and the zone that some proxies add', () => {
    assert.equal(of('198.51.100.7:51234'), '198.51.100.7');
    assert.equal(of('[2001:db8::1]:443'), '2001:db8::1');
    assert.equal(of('[2001:db8::1]'), '2001:db8::1');
    assert.equal(of('fe80::1%eth0'), 'fe80::1');
  });

  it('returns the address of the proxy where it passed on something else', () => {
    for (const odd of [
      '',
      'unknown',
      '_hidden',
      'evil.example',
      '198.51.100.7:',
      '198.51.100',
      '0x7f.1',
      '1.2.3.4.5',
      '[::1',
      'a'.repeat(9_000),
    ]) {
      assert.equal(of(odd), PROXY, odd.slice(0, 40));
    }
  });

  it('returns none of a closed connection', () => {
    const request = { ip: undefined, socket: {} } as unknown as FastifyRequest;
    assert.equal(clientIpOf(request), undefined);
  });
});
