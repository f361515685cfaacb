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

const TRANSIENT = new Set(['40001', '40P01']);

/** Another writer was in the way; nothing was kept, and the same work may succeed a moment later. */
export const isTransient = (error: unknown): boolean =>
  // SQLITE_BUSY, and its kin: SQLITE_BUSY_RECOVERY is what who opens a file after a crash may meet.
  TRANSIENT.has(codeOf(error)) || codeOf(error).startsWith('SQLITE_BUSY');

const OUTAGES = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_PROTOCOL'];

/** The disk is full, gone or write-protected: nobody's request is to blame, and waiting a moment will not mend it. */
export const isOutage = (error: unknown): boolean => OUTAGES.some((outage) => codeOf(error).startsWith(outage));
