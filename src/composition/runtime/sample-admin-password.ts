import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../domain/shared/secret.ts';

const NAME = 'sample-admin-password';

/** Keeps the password of the sample administrator for its owner's eyes, in place of an earlier one. */
export const writeSamplePassword = (folder: string, password: Secret): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `${NAME}.${randomUUID()}`);
  writeFileSync(draft, `${password.reveal()}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, join(folder, NAME));
};

/** @returns `undefined` where there is no such file */
export const readSamplePassword = (folder: string): Secret | undefined => {
  try {
    return new Secret(readFileSync(join(folder, NAME), 'utf8').trim());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
