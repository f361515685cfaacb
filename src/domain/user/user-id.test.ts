import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { SessionId } from './session-id.ts';
import { UserId } from './user-id.ts';

const kinds = [
  { name: 'UserId', parse: UserId.parse, sentence: 'user id must be a UUID.' },
  { name: 'SessionId', parse: SessionId.parse, sentence: 'session id must be a UUID.' },
] as const;

for (const { name, parse, sentence } of kinds) {
  describe(name, () => {
    it('is a UUID, in lower case however it was written', () => {
      assert.equal(parse(anId(1)), anId(1));
      assert.equal(parse(anId(1).toUpperCase()), anId(1));
      assert.equal(parse('6f2a7b1e-3c4d-4e5f-8a9b-0c1d2e3f4a5b'), '6f2a7b1e-3c4d-4e5f-8a9b-0c1d2e3f4a5b');
    });

    it('is nothing else', () => {
      const almost = [`{${anId(1)}}`, ` ${anId(1)}`, `${anId(1)}\n`, anId(1).replaceAll('-', '')];
      const foreign = [
        '00000000-0000-0000-0000-000000000000',
        'ffffffff-ffff-ffff-ffff-ffffffffffff',
        '../../etc/passwd',
      ];
      for (const raw of ['', '1', ...almost, ...foreign, `${anId(1)}0`, anId(1).slice(1), '\ud800', '0'.repeat(5000)]) {
        assert.throws(() => parse(raw), { code: 'id.malformed', messages: [sentence] }, JSON.stringify(raw));
      }
    });
  });
}
