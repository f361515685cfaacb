import assert from 'node:assert/strict';
import type { DataTable } from '@cucumber/cucumber';
import type { Particulars } from './app-driver.ts';

const FIELDS: Readonly<Record<string, (cell: string) => Partial<Particulars>>> = {
  address: (email) => ({ email }),
  password: (password) => ({ password }),
  age: (age) => ({ age: Number(age) }),
  name: (name) => ({ name }),
};

/** What a table of two columns says of a person. */
export const particularsIn = (table: DataTable): Partial<Particulars> =>
  Object.assign(
    {},
    ...Object.entries(table.rowsHash()).map(
      ([field, cell]) => FIELDS[field]?.(cell) ?? assert.fail(`No such field: ${field}`),
    ),
  );

/** Nobody's first guess, and of exactly this many characters. */
export const aPasswordOf = (length: number): string => 'violet umbrella '.repeat(length).slice(0, length);
