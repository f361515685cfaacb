import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { escaped } from './visible.ts';

export type Credential = Readonly<{ name: string; email: string; password: string }>;

/** Where new passwords are told, once. */
export type Credentials = Readonly<{
  add(credential: Credential): void;
  close(): Promise<void>;
}>;

/** Keeps them and prints them at the end. */
export const printedCredentials = (write: (text: string) => void): Credentials => {
  const rows: string[][] = [];
  return {
    add: ({ name, email, password }) => void rows.push([escaped(name), escaped(email), password]),
    async close() {
      if (rows.length === 0) return;
      const { default: Table } = await import('cli-table3');
      const table = new Table({ head: ['name', 'email', 'password'], style: { head: [], border: [] } });
      table.push(...rows);
      write(`${table.toString()}\nThese passwords are shown this once; only their hashes are kept.\n`);
    },
  };
};

/**
 * Writes each down at once, a JSON object a line, so that even a kill loses none. Only its owner may read the file, and
 * one that is there already is left alone.
 * @throws {Error} EEXIST, or what else keeps the file from being made
 */
export const writtenCredentials = (path: string): Credentials => {
  const file = openSync(path, 'wx', 0o600);
  let written = 0;
  return {
    add({ name, email, password }) {
      writeSync(file, `${JSON.stringify({ email, name, password })}\n`);
      written += 1;
    },
    async close() {
      closeSync(file);
      if (written === 0) rmSync(path);
    },
  };
};
