import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NetworkRange } from './network-range.ts';

const range = (text: string): NetworkRange => NetworkRange.tryParse(text) ?? assert.fail(text);

describe('NetworkRange', () => {
  it('reads networks in CIDR form', () => {
    for (const text of ['10.0.0.0/8', '0.0.0.0/0', '255.255.255.255/32', '::/0', '2001:db8::/32', '::1/128']) {
      assert.equal(NetworkRange.tryParse(text), text);
    }
    assert.equal(NetworkRange.tryParse('2001:DB8:0:0:0:0:0:0/32'), '2001:db8:0:0:0:0:0:0/32');
  });

  it('rejects anything else', () => {
    const bad = ['', '/', '10.0.0.0', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/-1', '10.0.0.0/8 ', '10.0.0/8'];
    const badV4 = ['256.0.0.0/8', '010.0.0.0/8', '10.0.0.0.0/8', '0x0a.0.0.0/8', '10..0.0/8', 'localhost/8'];
    const badV6 = ['::/129', ':::/8', '1::2::3/8', '1:2:3:4:5:6:7/64', '1:2:3:4:5:6:7:8:9/64', '12345::/16', 'g::/16'];
    const unlike = [
      '1:2:3:4:5:6:7:8::/64',
      '::ffff:10.0.0.0/104',
      '::ffff:a00:0/104',
      'fe80::1%eth0/64',
      '10.0.0.0/8\n',
    ];
    for (const text of [...bad, ...badV4, ...badV6, ...unlike]) {
      assert.equal(NetworkRange.tryParse(text), undefined, JSON.stringify(text));
    }
  });

  it('contains its addresses and no others', () => {
    for (const [network, inside, outside] of [
      ['192.0.2.0/24', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255', '192.0.3.0', '::1', 'unknown', '']],
      ['192.0.2.77/24', ['192.0.2.0'], ['192.0.3.77']],
      ['192.0.2.7/32', ['192.0.2.7'], ['192.0.2.6']],
      ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255'], ['::', '2001:db8::1']],
      ['2001:db8::/33', ['2001:db8::1', '2001:DB8:7fff::1'], ['2001:db8:8000::1', '32.1.13.184']],
      ['::/0', ['::', 'ffff::1'], ['10.0.0.1']],
    ] as const) {
      for (const ip of inside) assert.equal(NetworkRange.contains(range(network), ip), true, `${network} ${ip}`);
      for (const ip of outside) assert.equal(NetworkRange.contains(range(network), ip), false, `${network} ${ip}`);
    }
  });

  it('covers the networks within it', () => {
    assert.equal(NetworkRange.covers('10.0.0.0/8', '10.1.0.0/16'), true);
    assert.equal(NetworkRange.covers('10.0.0.0/8', '10.0.0.0/8'), true);
    assert.equal(NetworkRange.covers('10.0.0.0/8', '10.0.0.0/7'), false);
    assert.equal(NetworkRange.covers('10.0.0.0/8', '11.0.0.0/8'), false);
    assert.equal(NetworkRange.covers('::/0', '10.0.0.0/8'), false);
    assert.equal(NetworkRange.covers('10.0.0.0/8', 'elsewhere'), false);
  });
});
