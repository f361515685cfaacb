import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../../domain/shared/secret.ts';
import { PortError } from '../../../ports/port-error.ts';

/**
 * Generates the secret that encrypts signing keys at its first use, for development.
 * @param folder of the file that keeps it; `undefined`: it is kept in memory
 */
export const generatedKeySecret = (folder: string | undefined): (() => Secret) => {
  let secret: Secret | undefined;
  return () => {
    secret ??= folder === undefined ? newSecret() : inFile(folder);
    return secret;
  };
};

const newSecret = (): Secret => new Secret(randomBytes(32).toString('base64url'));

/** Of 32 bytes in base64url. */
const SECRET_LENGTH = 43;

const inFile = (folder: string): Secret => {
  const path = join(folder, 'license-key-secret');
  create(folder, path);
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new PortError('license-file.unavailable', `${path} can be read by others: chmod 600 it, or remove it`);
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length < SECRET_LENGTH) {
    throw new PortError(
      'license-file.unavailable',
      `${path} is empty or cut short: restore it, or remove it for a new one`,
    );
  }
  return new Secret(secret);
};

// Written under another name and linked: of two instances that start together one wins, and neither reads half a secret.
const create = (folder: string, path: string): void => {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  // On the disk before it has its name: a power failure would else leave an empty file.
  writeFileSync(draft, `${newSecret().reveal()}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
};
