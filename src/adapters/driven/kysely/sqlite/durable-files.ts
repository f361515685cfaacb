import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** The mode of a file that nobody but its owner may read. */
export const OURS_ALONE = 0o600;

/**
 * Makes an empty file that nobody else may read.
 * @throws where there is one of that name
 */
export const makePrivateFile = (path: string): void => closeSync(openSync(path, 'wx', OURS_ALONE));

/** The same, unless there is one already, which is left as it is. */
export const ensurePrivateFile = (path: string): void => {
  try {
    makePrivateFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

/** Returns when the disk has what was written to the file. */
export const syncFile = (path: string): void => sync(path, 'r+');

/** Returns when the disk has the name of the file: what was renamed or made may else be gone after a power cut. */
export const syncFolder = (path: string): void => sync(dirname(path), 'r');

const sync = (path: string, flags: string): void => {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};
