import assert from 'node:assert/strict';
import type { DataTable } from '@cucumber/cucumber';
import type { RegistrationData } from './app-driver.ts';

const FIELDS: Readonly<Record<string, (cell: string) => Partial<RegistrationData>>> = {
  address: (email) => ({ email }),
  password: (password) => ({ password }),
  age: (age) => ({ age: Number(age) }),
  name: (name) => ({ name }),
};

/** What a table of two columns says of a person. */
export const registrationDataIn = (table: DataTable): Partial<RegistrationData> =>
  Object.assign(
    {},
    ...Object.entries(table.rowsHash()).map(
      ([field, cell]) => FIELDS[field]?.(cell) ?? assert.fail(`No such field: ${field}`),
    ),
  );

/** An uncommon password of exactly `length` characters. */
export const aPasswordOf = (length: number): string => 'violet umbrella '.repeat(length).slice(0, length);
