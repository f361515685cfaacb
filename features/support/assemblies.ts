import type { Assembly } from './app-driver.ts';
import { coreInMemory } from './core-in-memory.ts';
import { developerPairsInCore } from './developer-pairs-core.ts';
import type { DeveloperPairsDriver } from './developer-pairs-driver.ts';
import { developerPairsOverHttp } from './developer-pairs-http.ts';
import { developerPairsOverPostgres, httpOverPostgres } from './http-over-postgres.ts';
import { httpOverSqlite } from './http-over-sqlite.ts';

type Pairs = () => Promise<DeveloperPairsDriver>;

/** Every way the product is put together for the features. A new one needs a line here and a profile in cucumber.mjs. */
const ALL: Readonly<Record<string, Readonly<{ app: Assembly; pairs: Pairs }>>> = {
  core: { app: coreInMemory, pairs: developerPairsInCore },
  http: { app: httpOverSqlite, pairs: () => developerPairsOverHttp() },
  postgres: { app: httpOverPostgres, pairs: developerPairsOverPostgres },
};

export const assemblyNamed = (name = 'core') => {
  const assembly = ALL[name];
  if (assembly === undefined) throw new Error(`No such assembly: ${name}`);
  return assembly;
};
