import type { Migration } from 'kysely/migration';
import { accounts } from './0001-accounts.ts';
import { licenses } from './0002-licenses.ts';
import { developerPairs } from './0003-developer-pairs.ts';

/** Every step, in order. A step is never edited after a release; what it got wrong, the next one mends. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-accounts': accounts,
  '0002-licenses': licenses,
  '0003-developer-pairs': developerPairs,
};
