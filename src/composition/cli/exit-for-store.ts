import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import { PortError } from '../../ports/port-error.ts';

/** Who it names may not come in or do this, or there is no such database. */
const POSTGRES_REFUSES = /^(?:28000|28P01|3D000|3F000|42501)$/;

const PATH_IS_WRONG = /^(?:EACCES|EEXIST|ENOENT|ENOTDIR|EPERM|EROFS|SQLITE_(?:CANTOPEN|NOTADB|READONLY).*)$/;

/**
 * @returns what a command ends with that was told of a store by its address and cannot use it: a wrong address would be
 *   as wrong tomorrow, while one that is away may be back
 */
export const exitForStore = (error: unknown): number => {
  const isAway = error instanceof PortError;
  const { code = '' } = ((isAway ? error.cause : error) ?? {}) as { code?: string };
  if (POSTGRES_REFUSES.test(code) || (!isAway && PATH_IS_WRONG.test(code))) return EXIT.usage;
  return isAway || code.startsWith('SQLITE_BUSY') ? EXIT.unavailable : EXIT.failed;
};
