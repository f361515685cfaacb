import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../src/domain/shared/secret.ts';
import type { BreachedPasswords } from '../../src/ports/breached-passwords.ts';

type Open = (known: readonly string[]) => Promise<AsyncDisposable & Readonly<{ breachedPasswords: BreachedPasswords }>>;

/** What every BreachedPasswords promises. */
export const breachedPasswordsContract = (adapter: string, open: Open): void => {
  describe(`BreachedPasswords contract: ${adapter}`, () => {
    it('finds the passwords that were breached, and no others', async () => {
      await using opened = await open(['password', 'Žofie 🐎', 'correct horse']);
      const has = (text: string) => opened.breachedPasswords.has(new Secret(text));
      for (const known of ['password', 'Žofie 🐎', 'correct horse', 'password']) assert.equal(await has(known), true);
      for (const other of ['Password', 'password ', 'correct horse battery', '']) assert.equal(await has(other), false);
    });
  });
};
