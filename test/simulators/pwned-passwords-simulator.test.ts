import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pwnedPassword, pwnedPasswordRange } from 'hibp';
import { sha1, startPwnedPasswordsSimulator } from './pwned-passwords-simulator.ts';

/** The simulator answers the client that is written against the real service. */
describe('The simulator of Pwned Passwords', () => {
  for (const addPadding of [true, false]) {
    it(`answers the package hibp ${addPadding ? 'with' : 'without'} padding`, async () => {
      await using simulator = await startPwnedPasswordsSimulator(['password']);
      const options = { baseUrl: simulator.baseUrl, addPadding, userAgent: 'test' };
      assert.equal(await pwnedPassword('password', options), 3);
      assert.equal(await pwnedPassword('correct horse battery staple', options), 0);
      const range = await pwnedPasswordRange('5BAA6', options);
      assert.equal(range[sha1('password').slice(5)], 3);
      assert.equal(Object.keys(range).length, addPadding ? 800 : 4);
      await assert.rejects(pwnedPasswordRange('5BAA', options), /hash prefix was not in a valid format/);
    });
  }
});
