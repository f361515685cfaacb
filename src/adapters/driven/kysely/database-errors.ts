const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

const DUPLICATE_KEY = new Set(['23505', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

/** A row with this key exists. */
export const isDuplicateKey = (error: unknown): boolean => DUPLICATE_KEY.has(codeOf(error));

const MISSING_REFERENCE = new Set(['23503', 'SQLITE_CONSTRAINT_FOREIGNKEY']);

/** The row refers to a row that does not exist. */
export const isMissingReference = (error: unknown): boolean => MISSING_REFERENCE.has(codeOf(error));

/** A server has lost a statement that was prepared on it. It is not prepared again. */
export const LOST_STATEMENT = 'LOST_STATEMENT';

const TRANSIENT = new Set(['40001', '40P01', LOST_STATEMENT]);

/** Another writer was in the way. Nothing was committed, and the same work may succeed a moment later. */
export const isTransient = (error: unknown): boolean =>
  // Also SQLITE_BUSY_RECOVERY, when a file is opened after a crash, and SQLITE_BUSY_SNAPSHOT.
  TRANSIENT.has(codeOf(error)) || codeOf(error).startsWith('SQLITE_BUSY');

/** The sessions of a database have settings with which the service cannot work. */
export const SESSION_SETTINGS = 'SESSION_SETTINGS';

/** The path of an open SQLite file leads to no file or to another one. */
export const FILE_REPLACED = 'FILE_REPLACED';

/** Others on the machine can read or change the file. */
export const NOT_PRIVATE = 'NOT_PRIVATE';

export const isFileReplaced = (error: unknown): boolean => codeOf(error) === FILE_REPLACED;

/** SQLITE_IOERR_SHMSIZE: there is no room for the index of the log. */
export const isDiskFull = (error: unknown): boolean =>
  ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', '53100'].includes(codeOf(error));

/** The server or the file only accepts reads: a standby, or a file system that was remounted. */
export const isReadOnlyServer = (error: unknown): boolean =>
  codeOf(error) === '25006' ||
  codeOf(error).startsWith('SQLITE_READONLY') ||
  /read-write mode during recovery/.test(String((error as Error | null)?.message));

/** The server, not the statement, is at fault: connection, shutdown, input and output, internal error. */
export const isSystemError = (error: unknown): boolean => /^(?:08|57P|58|XX)/.test(codeOf(error));

const OUTAGES = [
  ...['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_PROTOCOL', FILE_REPLACED],
  // PostgreSQL: connection lost; out of disk, memory or connections; stopping or starting; system error.
  ...['08', '53', '57P', '58'],
  // Idle in a transaction for too long; a row stays locked; the statement takes too long.
  ...['25P03', '55P03', '57014'],
];

/** The user of the database lacks a right, such as that to write audit entries. */
export const isMissingRight = (error: unknown): boolean => codeOf(error) === '42501';

/** A row stays locked for too long: the error of the server, or the outage that it was reported as. */
export const isLockTimeout = (error: unknown): boolean =>
  [error, (error as Error | null)?.cause].some((one) => codeOf(one) === '55P03');

/** The disk or the server cannot do it now: no fault of the request, and it may last. */
export const isOutage = (error: unknown): boolean =>
  isReadOnlyServer(error) || OUTAGES.some((outage) => codeOf(error).startsWith(outage));
