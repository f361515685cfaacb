import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ARGON2 = import.meta.resolve('@node-rs/argon2');

/**
 * Hashes of a service that begin only when the test says so: what waits for one runs for exactly as long as the test
 * needs, on a machine of any speed.
 * @param folder where the test and the service meet
 * @param alsoFirst more code to run in the service before it starts
 */
export const heldHashes = (folder: string, alsoFirst = '') => {
  const released = join(folder, 'hashes-released');
  const code = `
    import { existsSync } from 'node:fs';
    import { createRequire } from 'node:module';
    import { setTimeout as sleep } from 'node:timers/promises';
    const argon2 = createRequire(${JSON.stringify(ARGON2)})(${JSON.stringify(new URL(ARGON2).pathname)});
    const { hashRaw } = argon2;
    argon2.hashRaw = async (...work) => {
      while (!existsSync(${JSON.stringify(released)})) await sleep(10);
      return hashRaw(...work);
    };
    ${alsoFirst}`;
  return {
    preload: `data:text/javascript,${encodeURIComponent(code)}`,
    release: () => writeFileSync(released, ''),
  };
};
