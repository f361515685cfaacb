import type { Assembly } from './app-driver.ts';
import { coreInMemory } from './core-in-memory.ts';
import { httpOverSqlite } from './http-over-sqlite.ts';

/** Every way the product is put together for the features. A new one needs a line here and a profile in cucumber.mjs. */
export const ASSEMBLIES: Readonly<Record<string, Assembly>> = { core: coreInMemory, http: httpOverSqlite };
