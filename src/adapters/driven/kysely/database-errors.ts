const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

const DUPLICATE_KEY = new Set(['23505', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

/** Two writers wanted one key, and this one came second. */
export const isDuplicateKey = (error: unknown): boolean => DUPLICATE_KEY.has(codeOf(error));

const MISSING_REFERENCE = new Set(['23503', 'SQLITE_CONSTRAINT_FOREIGNKEY']);

/** What the row belongs to is not there. */
export const isMissingReference = (error: unknown): boolean => MISSING_REFERENCE.has(codeOf(error));

/** A server has forgotten a statement that was prepared on it; it will not be asked for it again. */
export const LOST_STATEMENT = 'LOST_STATEMENT';

const TRANSIENT = new Set(['40001', '40P01', LOST_STATEMENT]);

/** Another writer was in the way; nothing was kept, and the same work may succeed a moment later. */
export const isTransient = (error: unknown): boolean =>
  // SQLITE_BUSY, and its kin: SQLITE_BUSY_RECOVERY is what who opens a file after a crash may meet.
  TRANSIENT.has(codeOf(error)) || codeOf(error).startsWith('SQLITE_BUSY');

const OUTAGES = [
  ...['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_PROTOCOL'],
  // PostgreSQL: the connection broke, no room or memory or connection is left, it is stopping or starting or broken.
  ...['08', '53', '57P', '58'],
  // It is a copy that may only be read; we were asleep for too long; somebody holds a row, or the answer takes too long.
  ...['25006', '25P03', '55P03', '57014'],
];

/** The disk or the server is full, gone or closed: nobody's request is to blame, and it may not be over in a moment. */
export const isOutage = (error: unknown): boolean => OUTAGES.some((outage) => codeOf(error).startsWith(outage));
