import { closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { NOT_PRIVATE } from '../database-errors.ts';

/** File mode: only the owner can read and write. */
export const OWNER_ONLY = 0o600;

/**
 * Creates an empty file that only its owner can read.
 * @throws where the file exists
 */
export const makePrivateFile = (path: string): void => closeSync(openSync(path, 'wx', OWNER_ONLY));

/** The same, unless the file exists; then it is not changed. */
export const ensurePrivateFile = (path: string): void => {
  try {
    makePrivateFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // A symbolic link to a file that does not exist.
    if (!existsSync(path)) closeSync(openSync(path, 'a', OWNER_ONLY));
  }
};

/** @throws where users outside the owner's group can read or write the file */
export const assertPrivate = (path: string): void => {
  if ((statSync(path).mode & 0o007) === 0) return;
  throw Object.assign(new Error(`Others can read or change ${path}`), { code: NOT_PRIVATE });
};

/** Returns when the content of the file is on the disk. */
export const syncFile = (path: string): void => sync(path, 'r+');

/** Returns when the name of the file is on the disk. A new or renamed file may otherwise be lost in a power cut. */
export const syncFolder = (path: string): void => sync(dirname(path), 'r');

const sync = (path: string, flags: string): void => {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};
