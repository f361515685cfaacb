import assert from 'node:assert/strict';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { format, inspect } from 'node:util';
import { Secret } from './secret.ts';

const HIDDEN = 'correct horse battery staple';
const secret = new Secret(HIDDEN);

const printed = (print: (to: Console) => void): string => {
  const lines: string[] = [];
  const paper = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  print(new Console({ stdout: paper, stderr: paper }));
  return lines.join('');
};

describe('Secret', () => {
  it('comes out by reveal', () => {
    assert.equal(secret.reveal(), HIDDEN);
  });

  it('shows [secret] in templates, sums and JSON', () => {
    assert.equal(`${secret}`, '[secret]');
    assert.equal(String(secret), '[secret]');
    assert.equal([secret].join(), '[secret]');
    assert.equal(JSON.stringify({ password: secret }), '{"password":"[secret]"}');
  });

  const ways: Readonly<Record<string, () => string>> = {
    'console.log': () => printed((to) => to.log('it is', secret, { nested: { secret } })),
    'console.error': () => printed((to) => to.error(secret)),
    'console.dir with everything shown': () => printed((to) => to.dir(secret, { showHidden: true, depth: null })),
    'console.table': () => printed((to) => to.table([{ secret }])),
    'util.inspect with everything shown': () => inspect({ secret }, { showHidden: true, getters: true, depth: null }),
    'util.format': () => ['%s', '%o', '%O', '%j', '%d'].map((form) => format(form, secret)).join(' '),
    'a template': () => `${secret}`,
    'JSON.stringify': () => JSON.stringify([secret, new Map([['secret', secret]]), { secret }]),
    'its own and inherited properties': () => JSON.stringify([Object.entries(secret), { ...secret }]),
    'a structured clone': () => inspect(structuredClone({ secret })),
    'an error': () => inspect(new Error(`no: ${secret}`, { cause: secret })),
  };

  for (const [way, show] of Object.entries(ways)) {
    it(`says nothing in ${way}`, () => {
      const shown = show();
      assert.notEqual(shown, '');
      assert.doesNotMatch(shown, /correct|horse|battery|staple/);
    });
  }
});
