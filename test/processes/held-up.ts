import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * What a service waits for, held up until the test lets it go: so it takes exactly as long as the test needs, on a
 * machine of any speed. Each is code to load into the service before it starts.
 */

const ARGON2 = import.meta.resolve('@node-rs/argon2');

/** @param code what is held up; it waits for `released()` */
const heldUp = (folder: string, code: string) => {
  const file = join(folder, 'released');
  const whole = `
    import { existsSync } from 'node:fs';
    import { createRequire, syncBuiltinESMExports } from 'node:module';
    import timers from 'node:timers/promises';
    const sleep = timers.setTimeout;
    const released = async () => {
      while (!existsSync(${JSON.stringify(file)})) await sleep(10);
    };
    ${code}`;
  return {
    preload: `data:text/javascript,${encodeURIComponent(whole)}`,
    release: () => writeFileSync(file, ''),
  };
};

/** The password whose hashes are held up. */
export const HELD_PASSWORD = 'no password of anyone';

/**
 * Hashes of `HELD_PASSWORD` that begin once they are released. The start makes hashes of its own.
 * @param folder where the test and the service meet
 * @param alsoFirst more code to run in the service
 */
export const heldHashes = (folder: string, alsoFirst = '') =>
  heldUp(
    folder,
    `const argon2 = createRequire(${JSON.stringify(ARGON2)})(${JSON.stringify(new URL(ARGON2).pathname)});
    const { hashRaw } = argon2;
    argon2.hashRaw = async (password, ...rest) => {
      if (String(password) === '${HELD_PASSWORD}') await released();
      return hashRaw(password, ...rest);
    };
    ${alsoFirst}`,
  );

/** Pauses of exactly this long, which end once they are released. */
export const heldPauses = (folder: string, heldMs: number) =>
  heldUp(
    folder,
    `timers.setTimeout = (ms, ...rest) => (ms === ${heldMs} ? released() : sleep(ms, ...rest));
    syncBuiltinESMExports();`,
  );
