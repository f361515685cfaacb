import { enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * perf: lets Node keep compiled code for the next start, which then takes a quarter less time (docs/adr/0087). Imported
 * first, and JavaScript, because for an entry point in TypeScript Node loads its own reader of it, 35 ms each time. The
 * cache is beside the packages and not in the folder for temporary files, where other users could put code into it.
 * Where the folder is not writable, as in the image, nothing is kept.
 */
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/guildhall', import.meta.url)));

/** The packages with many modules that are imported one by one, and none in another format. */
const MANY_MODULES = /\/node_modules\/(?:kysely|uuid)\/dist/;

/**
 * perf: a relative import names its file completely, so Node need not look for links, nor in every folder above for the
 * package.json with its format. That takes 13 % of the CPU time of a start (docs/adr/0087).
 */
registerHooks({
  resolve(specifier, context, next) {
    const from = context.parentURL;
    if (from === undefined || !specifier.startsWith('.')) return next(specifier, context);
    const isOurs = specifier.endsWith('.ts');
    if (!isOurs && !(specifier.endsWith('.js') && MANY_MODULES.test(from))) return next(specifier, context);
    const url = new URL(specifier, from).href;
    return { url, format: isOurs ? 'module-typescript' : 'module', shortCircuit: true };
  },
});
