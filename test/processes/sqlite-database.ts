import { join } from 'node:path';
import { aFolder } from '../contracts/open-stores.ts';
import type { NewDatabase } from './two-instances.ts';

/** A file that is not there yet. */
export const newSqliteFile = async (): Promise<NewDatabase> => {
  const folder = await aFolder();
  return { url: `file:${join(folder.path, 'guildhall.db')}`, [Symbol.asyncDispose]: () => folder.remove() };
};
