import { readFileSync, writeFileSync } from 'node:fs';
import { withAccessTables } from './access-table.ts';

/** Writes the tables of access in docs/security.md. */
const file = new URL('../../docs/security.md', import.meta.url);
writeFileSync(file, await withAccessTables(readFileSync(file, 'utf8')));
