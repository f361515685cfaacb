import {
  POSTGRES_FORM,
  type PostgresAddress,
  PostgresUrlError,
  postgresAddressFrom,
} from '../../adapters/driven/kysely/postgres/postgres-url.ts';
import type { SettingReader } from './setting-reader.ts';

/** Where everything is kept. */
export type StoreConfig =
  | Readonly<{ kind: 'sqlite'; path: string }>
  | Readonly<{ kind: 'postgres'; address: PostgresAddress; poolSize: number }>
  | Readonly<{ kind: 'memory' }>;

const FORMS = `DATABASE_URL must be file:PATH, memory: or ${POSTGRES_FORM}.`;

export const storeConfig = (read: SettingReader): StoreConfig => {
  const url = read.text('DATABASE_URL') ?? '';
  const poolSize = read.wholeNumber('DATABASE_POOL_SIZE', 1, 1_000);
  if (/^memory:$/i.test(url)) return { kind: 'memory' };
  if (/^postgres(?:ql)?:\/\//i.test(url)) return postgresConfig(read, url, poolSize);
  const path = /^file:(?:\/\/(?=\/))?(.+)$/i.exec(url)?.[1];
  if (path === undefined) read.refuse('DATABASE_URL', FORMS);
  // SQLite itself reads words there, and who writes some means them: a store in memory is not a file of a long name.
  if (path?.includes('?')) read.refuse('DATABASE_URL', 'DATABASE_URL: a file takes no ? and no words after it.');
  return { kind: 'sqlite', path: path ?? '' };
};

const postgresConfig = (read: SettingReader, url: string, poolSize: number): StoreConfig => {
  try {
    return { kind: 'postgres', address: postgresAddressFrom(url), poolSize };
  } catch (error) {
    if (!(error instanceof PostgresUrlError)) throw error;
    read.refuse('DATABASE_URL', error.message);
    return { kind: 'memory' };
  }
};
