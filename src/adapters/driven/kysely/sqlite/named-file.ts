import { dirname } from 'node:path';
import { BackupError } from '../maintenance/sqlite-inspection.ts';

/**
 * Does something with a file or folder that somebody named, whose path may be wrong.
 * @param cannot what is said first where it cannot be done, as in `copy.db cannot be written`
 * @throws {BackupError} wrong path, no room
 */
export const withNamedFile = <T>(path: string, cannot: string, work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (NO_ROOM.has(code)) throw new BackupError('no room', `${cannot}: the disk is full.`, { cause });
    const fault = FAULTS[code]?.(path);
    if (fault === undefined) throw cause;
    throw new BackupError('wrong path', `${cannot}: ${fault}.`, { cause });
  }
};

const NO_ROOM = new Set(['EDQUOT', 'ENOSPC', 'SQLITE_FULL']);

const forbidden = (path: string): string => `whoever runs this may not do it; look at ${path} and at its folder`;
const isNoFolder = (path: string): string => `${dirname(path)} is no folder; name another place`;

const FAULTS: Readonly<Record<string, (path: string) => string>> = {
  EACCES: forbidden,
  EEXIST: isNoFolder,
  EISDIR: () => 'it is a folder; name a file',
  ELOOP: () => 'links on its way lead in a circle; name another place',
  ENAMETOOLONG: () => 'its name is too long; name another',
  ENOENT: (path) => `there is no folder ${dirname(path)}; make it first`,
  ENOTDIR: isNoFolder,
  EPERM: forbidden,
  EROFS: () => 'its disk may only be read; name another place',
};
