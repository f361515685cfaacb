import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { addressOf, clientOf } from './client.ts';

describe('clientOf', () => {
  it('has something to count on for who has hung up meanwhile', () => {
    const ip = undefined as unknown as string;
    const socket = {} as FastifyRequest['socket'];
    assert.deepEqual(clientOf({ ip, socket, id: 'r-1', headers: {} }), { ip: 'gone', userAgent: '', requestId: 'r-1' });
  });
});

describe('addressOf', () => {
  const PROXY = '10.1.2.3';
  const of = (ip: string) => addressOf({ ip, socket: { remoteAddress: PROXY } as FastifyRequest['socket'] });

  it('leaves an address as it is', () => {
    for (const ip of ['198.51.100.7', '2001:db8::1', '::ffff:198.51.100.7', '::1']) assert.equal(of(ip), ip);
  });

  it('cuts off the port and the zone that some proxies add', () => {
    assert.equal(of('198.51.100.7:51234'), '198.51.100.7');
    assert.equal(of('[2001:db8::1]:443'), '2001:db8::1');
    assert.equal(of('[2001:db8::1]'), '2001:db8::1');
    assert.equal(of('fe80::1%eth0'), 'fe80::1');
  });

  it('is that of the proxy where it passed on something else', () => {
    for (const odd of [
      '',
      'unknown',
      '_hidden',
      'evil.example',
      '198.51.100.7:',
      '198.51.100',
      '1.2.3.4.5',
      '[::1',
      'a'.repeat(9_000),
    ]) {
      assert.equal(of(odd), PROXY, odd.slice(0, 40));
    }
  });
});
