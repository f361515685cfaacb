import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SeededRandom } from '../doubles/seeded-random.ts';
import { type GuildhallProcess, Workplace } from '../processes/guildhall-process.ts';
import { startSmtpSimulator } from '../simulators/smtp-simulator.ts';
import { AcknowledgedWrites } from './acknowledged-writes.ts';
import { checkFile, endLeases, queuedEmails } from './check.ts';
import { ADMIN_KEY, anUnlimitedLicense, writeUntilKilled } from './write-load.ts';

/** Maximum time from the first acknowledgments to the kill. Emails are sent every 500 ms. Unit: ms. */
const MAX_KILL_DELAY_MS = 700;

/** In every n-th round the service is also killed while it starts and possibly recovers. */
const KILLED_AT_START_EVERY = 10;

export type Report = Readonly<{
  rounds: number;
  acknowledged: number;
  unacknowledged: number;
  emails: number;
  secondCopies: number;
  seconds: number;
}>;

/**
 * Kills a service under a write load repeatedly, on the same file.
 * @param options.seed the same seed gives the same delays before each kill
 * @throws {AssertionError} with the first missing write
 */
export const crashTest = async (
  options: Readonly<{ rounds: number; seed: string; log?: (line: string) => void }>,
): Promise<Report> => {
  const { rounds, seed, log = () => {} } = options;
  const begun = performance.now();
  await using smtp = await startSmtpSimulator();
  await using workplace = new Workplace();
  const path = join(workplace.folder, 'guildhall.db');
  const random = new SeededRandom(seed);
  const writes = new AcknowledgedWrites();
  const settings = {
    DATABASE_URL: `file:${path}`,
    ADMIN_API_KEY: ADMIN_KEY,
    MAIL_URL: `smtp://${smtp.host}:${smtp.port}`,
    MAIL_FROM: 'guildhall@example.com',
    SAMPLE_USERS: 'off',
    THROTTLE: 'off',
    LOG_LEVEL: 'info',
  };
  const kill = async (service: GuildhallProcess) => {
    service.signal('SIGKILL');
    await service.end();
    for (const { recipients } of smtp.received.splice(0)) recipients.forEach((to) => void writes.addEmail(to));
  };
  const check = () => {
    for (const { recipients } of smtp.received.splice(0)) recipients.forEach((to) => void writes.addEmail(to));
    return checkFile(path, writes);
  };

  let licenseId: string | undefined;
  for (let round = 1; round <= rounds; round += 1) {
    const delayMs = random.below(MAX_KILL_DELAY_MS);
    if (round % KILLED_AT_START_EVERY === 0) {
      const service = workplace.serve({ settings });
      await wait(delayMs);
      await kill(service);
    }
    // SQLite recovers when the file is opened next: by this check in one round, by the service in the other.
    if (round % 2 === 0) check();
    if (existsSync(path)) endLeases(path);
    const service = workplace.serve({ settings });
    const address = await service.address();
    if (licenseId === undefined) licenseId = await anUnlimitedLicense(address);
    else if (round % 2 === 1) check();
    const before = writes.acknowledged;
    const writing = writeUntilKilled(address, licenseId, String(round), writes);
    await Promise.race([writes.waitForMore(), writing]);
    await wait(delayMs);
    await kill(service);
    await writing;
    log(`round ${round}: killed after ${delayMs} ms and ${writes.acknowledged - before} acknowledged writes`);
  }

  check();
  endLeases(path);
  const last = workplace.serve({ settings });
  await last.address();
  while (queuedEmails(path) > 0) await wait(100);
  last.signal('SIGTERM');
  await last.end();
  const { unacknowledged } = check();
  const copies = [...writes.emails.values()];
  return {
    rounds,
    acknowledged: writes.acknowledged,
    unacknowledged,
    emails: copies.length,
    secondCopies: copies.reduce((sum, count) => sum + count - 1, 0),
    seconds: Math.round((performance.now() - begun) / 1000),
  };
};
