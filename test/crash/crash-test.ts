import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SeededRandom } from '../../src/adapters/driven/memory/seeded-random.ts';
import { type GuildhallProcess, Workplace } from '../processes/guildhall-process.ts';
import { startSmtpSimulator } from '../simulators/smtp-simulator.ts';
import { Ledger } from './acknowledged-writes.ts';
import { endLeases, examine, lettersWaiting } from './check.ts';
import { ADMIN_KEY, aBottomlessLicense, storm } from './write-load.ts';

/** A kill comes this long after clients of each kind have heard a yes, at most. The post is asked every 500 ms. Unit: ms. */
const LATEST_KILL_MS = 700;

/** In one round of so many, the kill comes while the service starts, and maybe recovers. */
const KILLED_AT_START_EVERY = 10;

export type Report = Readonly<{
  rounds: number;
  acknowledged: number;
  unacknowledged: number;
  letters: number;
  secondCopies: number;
  seconds: number;
}>;

/**
 * Kills a service that is being written to, again and again, always on the same file.
 * @param wish.seed the same seed kills at the same moments, as far as the machine goes along
 * @throws {AssertionError} with the first thing that is missing
 */
export const crashTest = async (
  wish: Readonly<{ rounds: number; seed: string; tell?: (line: string) => void }>,
): Promise<Report> => {
  const { rounds, seed, tell = () => {} } = wish;
  const begun = performance.now();
  await using post = await startSmtpSimulator();
  await using workplace = new Workplace();
  const path = join(workplace.folder, 'guildhall.db');
  const random = new SeededRandom(seed);
  const ledger = new Ledger();
  const settings = {
    DATABASE_URL: `file:${path}`,
    ADMIN_API_KEY: ADMIN_KEY,
    MAIL_URL: `smtp://${post.host}:${post.port}`,
    MAIL_FROM: 'guildhall@example.com',
    SAMPLE_USERS: 'off',
    THROTTLE: 'off',
    LOG_LEVEL: 'info',
  };
  const kill = async (service: GuildhallProcess) => {
    service.signal('SIGKILL');
    await service.end();
    for (const { recipients } of post.received.splice(0)) recipients.forEach((to) => void ledger.noteLetter(to));
  };
  const check = () => {
    for (const { recipients } of post.received.splice(0)) recipients.forEach((to) => void ledger.noteLetter(to));
    return examine(path, ledger);
  };

  let licenseId: string | undefined;
  for (let round = 1; round <= rounds; round += 1) {
    const delayMs = random.below(LATEST_KILL_MS);
    if (round % KILLED_AT_START_EVERY === 0) {
      const service = workplace.serve({ settings });
      await wait(delayMs);
      await kill(service);
    }
    // SQLite cleans up after a crash when the file is next opened: by us in one round, by the service in the next.
    if (round % 2 === 0) check();
    if (existsSync(path)) endLeases(path);
    const service = workplace.serve({ settings });
    const address = await service.address();
    if (licenseId === undefined) licenseId = await aBottomlessLicense(address);
    else if (round % 2 === 1) check();
    const before = ledger.acknowledged;
    const writing = storm(address, licenseId, String(round), ledger);
    await Promise.race([ledger.grown(), writing]);
    await wait(delayMs);
    await kill(service);
    await writing;
    tell(`round ${round}: killed after ${delayMs} ms and ${ledger.acknowledged - before} acknowledged writes`);
  }

  check();
  endLeases(path);
  const last = workplace.serve({ settings });
  await last.address();
  while (lettersWaiting(path) > 0) await wait(100);
  last.signal('SIGTERM');
  await last.end();
  const { unacknowledged } = check();
  const letters = [...ledger.letters.values()];
  return {
    rounds,
    acknowledged: ledger.acknowledged,
    unacknowledged,
    letters: letters.length,
    secondCopies: letters.reduce((sum, copies) => sum + copies - 1, 0),
    seconds: Math.round((performance.now() - begun) / 1000),
  };
};
