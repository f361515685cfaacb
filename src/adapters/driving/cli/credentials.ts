import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { CommandFailed, EXIT } from './exit-codes.ts';
import { secretTable } from './output.ts';

export type Credential = Readonly<{ name: string; email: string; password: string }>;

/** Shows new passwords, once. */
export type Credentials = Readonly<{
  /** @throws {CommandFailed} it cannot be written */
  add(credential: Credential): void;
  close(): Promise<void>;
}>;

/** Prints them at the end. */
export const printedCredentials = (write: (text: string) => void): Credentials => {
  const rows: string[][] = [];
  return {
    add: ({ name, email, password }) => void rows.push([name, email, password]),
    async close() {
      if (rows.length === 0) return;
      const table = await secretTable(['name', 'email', 'password'], rows);
      write(`${table}These passwords are shown this once; only their hashes are kept.\n`);
    },
  };
};

/**
 * Writes each to a new file at once, as one JSON object on a line, so that a kill loses none. Only its owner may read
 * the file.
 * @throws {Error} EEXIST, or another code of the system: the file cannot be created
 */
export const writtenCredentials = (path: string): Credentials => {
  const file = openSync(path, 'wx', 0o600);
  let written = 0;
  return {
    add({ name, email, password }) {
      try {
        writeFileSync(file, `${JSON.stringify({ email, name, password })}\n`);
      } catch (cause) {
        const why = `Cannot write ${path}: ${(cause as NodeJS.ErrnoException).code}.`;
        const message = `${why} The password of ${email} is lost; a password reset sets another.`;
        throw new CommandFailed([message], EXIT.failed, { cause });
      }
      written += 1;
    },
    async close() {
      closeSync(file);
      if (written === 0) rmSync(path);
    },
  };
};
