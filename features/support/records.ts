import assert from 'node:assert/strict';
import type { UserRecord } from './app-driver.ts';
import type { Person } from './person.ts';

const ACTIVE = { status: 'active', ban: null, emailConfirmedAt: null, pendingEmail: null, hasSecondFactor: false };

/** Compares all fields, so that an additional one fails. */
export const assertCompleteRecord = (record: UserRecord | undefined, who: Person): void => {
  const { email, name, age } = who.registered;
  assert.deepEqual(
    { ...record },
    { id: who.id, email, name: name ?? null, age: age ?? null, createdAt: who.createdAt, ...ACTIVE },
  );
};
