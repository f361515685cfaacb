import Database from 'better-sqlite3';

/** How many rows each table of ours has, seen from outside the service. */
export const rowsIn = (databaseFile: string): Readonly<Record<string, number>> => {
  const database = new Database(databaseFile, { readonly: true });
  try {
    const tables = database
      .prepare("select name from sqlite_master where type = 'table' and name not like 'kysely%'")
      .pluck()
      .all() as string[];
    return Object.fromEntries(
      tables
        .sort()
        .map((table) => [table, database.prepare(`select count(*) from "${table}"`).pluck().get() as number]),
    );
  } finally {
    database.close();
  }
};
