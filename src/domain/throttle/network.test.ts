import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byNetwork, networkOf } from './network.ts';

describe('networkOf', () => {
  it('is an IPv4 address itself', () => {
    assert.equal(networkOf('192.0.2.1'), '192.0.2.1');
    assert.notEqual(networkOf('192.0.2.1'), networkOf('192.0.2.2'));
  });

  it('recognizes an IPv4 address from an IPv6 socket', () => {
    assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(networkOf('::FFFF:192.0.2.1'), '192.0.2.1');
  });

  it('is the /64 of an IPv6 address, so that its neighbors count as one', () => {
    const network = '2001:db8:1:2::/64';
    for (const ip of ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::', '2001:db8:1:2::a:0:1']) {
      assert.equal(networkOf(ip), network, ip);
    }
    assert.notEqual(networkOf('2001:db8:1:3::1'), network);
  });

  it('is the same however an address is written', () => {
    const network = '2001:db8:0:2::/64';
    for (const ip of ['2001:0db8:0000:0002::1', '2001:DB8:0:2:0:0:0:1', '2001:db8:0:2::1%eth0']) {
      assert.equal(networkOf(ip), network, ip);
    }
    assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64');
    assert.equal(networkOf('::1'), networkOf('0:0:0:0:0:0:0:1'));
  });
});

describe('byNetwork', () => {
  const policy = { name: 'guess-ip', limit: 10, windowMs: 60_000 };

  it('counts an IPv4 address on itself', () => {
    for (const ip of ['192.0.2.1', '::ffff:192.0.2.1']) {
      assert.deepEqual(byNetwork(policy, ip), [{ policy, subject: '192.0.2.1' }]);
    }
  });

  it('counts an IPv6 address on its /64, and with a wider limit on its /48', () => {
    const wider = { name: 'guess-ip-48', limit: 100, windowMs: 60_000 };
    for (const ip of ['2001:db8:1:2::1', '2001:0DB8:0001:0002:ffff::']) {
      assert.deepEqual(byNetwork(policy, ip), [
        { policy, subject: '2001:db8:1:2::/64' },
        { policy: wider, subject: '2001:db8:1::/48' },
      ]);
    }
  });
});
