import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Secret } from '../../domain/shared/secret.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Config } from './config.ts';

/**
 * What signing keys are sealed with, when it is first needed: the setting, or in development a file beside the store,
 * made at the first need. `undefined`: production without the setting.
 */
export const licenseKeySecret = ({ licenses, mode, store }: Config): (() => Secret | undefined) => {
  let kept = licenses.keySecret;
  return () => {
    if (kept === undefined && mode === 'development') {
      const folder = folderOf(store);
      kept = folder === undefined ? fresh() : inFile(folder);
    }
    return kept;
  };
};

/** `undefined`: what is kept is gone at exit, and so may the secret be. */
const folderOf = (store: Config['store']): string | undefined => {
  if (store.kind === 'postgres') return 'data';
  return store.kind === 'memory' || store.path === ':memory:' ? undefined : dirname(store.path);
};

const fresh = (): Secret => new Secret(randomBytes(32).toString('base64url'));

const inFile = (folder: string): Secret => {
  const path = join(folder, 'license-key-secret');
  make(folder, path);
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new PortError('license-file.unavailable', `${path} can be read by others: chmod 600 it, or remove it`);
  }
  return new Secret(readFileSync(path, 'utf8').trim());
};

// Written aside and linked into place: of two instances that start together one wins, and nobody reads half a secret.
const make = (folder: string, path: string): void => {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, `${fresh().reveal()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
};
