import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Handle } from './handle.ts';
import { canExistOn, type Service } from './service.ts';

describe('Handle', () => {
  it('keeps a name as it was written', () => {
    assert.equal(Handle.parse('Dev1'), 'Dev1');
    assert.equal(Handle.parse(' any thing '), ' any thing ');
  });

  it('is the same developer in any case', () => {
    assert.equal(Handle.canonical(Handle.parse('DEV_One-2')), 'dev_one-2');
  });

  it('finds no developer in an email that only looks like one of ours', () => {
    const kelvin = Handle.parse('\u212Aen');
    assert.equal('\u212Aen'.toLowerCase(), 'ken');
    assert.equal(Handle.canonical(kelvin), '\u212Aen');
    assert.deepEqual([canExistOn('twitter', kelvin), canExistOn('github', kelvin)], [false, false]);
  });

  it('rejects nothing at all, half a character and a novel', () => {
    for (const raw of ['', 'half\uD83D', 'x'.repeat(301)]) {
      assert.throws(() => Handle.parse(raw), { code: 'handle.malformed' });
    }
    assert.equal(Handle.parse('x'.repeat(300)).length, 300);
  });
});

describe('canExistOn', () => {
  const names: [name: string, ...services: Service[]][] = [
    ['dev1', 'github', 'twitter'],
    ['D', 'github', 'twitter'],
    ['a'.repeat(15), 'github', 'twitter'],
    ['a'.repeat(16), 'github'],
    ['a'.repeat(39), 'github'],
    ['a'.repeat(40)],
    ['dev-1', 'github'],
    ['old--name-', 'github'],
    ['jo_company', 'github', 'twitter'],
    ['_dev', 'twitter'],
    ['-dev'],
    ['dependabot[bot]', 'github'],
    ['a.b'],
    ['..'],
    ['dev 1'],
    ['dev1\n'],
    ['dev/1'],
    ['déjà'],
    ['dev1?x=y'],
  ];
  for (const [name, ...services] of names) {
    it(`${JSON.stringify(name)} on ${services.join(' and ') || 'neither service'}`, () => {
      const handle = Handle.parse(name);
      const where = (['github', 'twitter'] as const).filter((service) => canExistOn(service, handle));
      assert.deepEqual(where, services);
    });
  }
});
