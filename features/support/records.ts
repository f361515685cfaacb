import assert from 'node:assert/strict';
import type { UserRecord } from './app-driver.ts';
import type { Person } from './person.ts';

/** All that may be shown of `who` and not a field more: no password, no hash, nothing that somebody added in passing. */
export const mustBeWholeRecord = (record: UserRecord | undefined, who: Person): void => {
  const { email, name, age } = who.given;
  assert.deepEqual({ ...record }, { id: who.id, email, name: name ?? null, age: age ?? null, createdAt: who.cameAt });
};
