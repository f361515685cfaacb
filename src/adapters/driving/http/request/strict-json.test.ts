import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseStrictJson } from './strict-json.ts';

describe('parseStrictJson', () => {
  it('finds a repeated key among any number of keys', () => {
    for (const count of [1, 2, 63, 64, 65, 66, 200]) {
      const keys = Array.from({ length: count }, (_, index) => `"k${index}":${index}`);
      assert.equal(Object.keys(parseStrictJson(`{${keys}}`) as object).length, count);
      const repeated = { code: 'request.invalid', messages: ['k0 is there more than once.'] };
      assert.throws(() => parseStrictJson(`{${keys},"k0":0}`), repeated, `${count} keys`);
    }
  });

  it('accepts a constructor that does not reach into prototypes', () => {
    for (const text of ['{"constructor":"Lloyd"}', '{"constructor":{"name":"Lloyd"}}']) {
      assert.deepEqual(parseStrictJson(text), JSON.parse(text));
    }
    const message = '__proto__ and constructor.prototype are no fields of any request.';
    assert.throws(() => parseStrictJson('{"constructor":{"prototype":{}}}'), { messages: [message] });
  });

  it('accepts colons inside text', () => {
    assert.deepEqual(parseStrictJson('{"a":"b:c","d:e":"::"}'), { a: 'b:c', 'd:e': '::' });
  });
});
