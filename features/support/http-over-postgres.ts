import type { Environment } from '../../src/composition/config/config.ts';
import { aPostgresDatabase } from '../../test/postgres/shared-postgres.ts';
import type { AppDriver } from './app-driver.ts';
import type { DeveloperPairsDriver } from './developer-pairs-driver.ts';
import { developerPairsOverHttp } from './developer-pairs-http.ts';
import { httpOver } from './http-over-sqlite.ts';

/** The whole service without the network on a real PostgreSQL, which is started for the run and ends with it. */
export const httpOverPostgres = (settings: Environment): Promise<AppDriver> => httpOver(aPostgresDatabase, settings);

export const developerPairsOverPostgres = async (): Promise<DeveloperPairsDriver> => {
  const database = await aPostgresDatabase();
  const driver = await developerPairsOverHttp({ DATABASE_URL: database.url });
  return {
    ...driver,
    async close() {
      await driver.close();
      await database[Symbol.asyncDispose]();
    },
  };
};
