import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * perf: lets Node keep compiled code for the next start, which then takes a quarter less time (docs/adr/0087). Imported
 * first, and JavaScript, because for an entry point in TypeScript Node loads its own reader of it, 35 ms each time. The
 * cache is beside the packages and not in the folder for temporary files, where other users could put code into it.
 * Where the folder is not writable, as in the image, nothing is kept.
 */
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/guildhall', import.meta.url)));
