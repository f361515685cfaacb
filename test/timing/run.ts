/**
 * `npm run timing`: what the tests say by counting hashes, said by a stopwatch: a refused log-in takes the same time
 * whether or not the address has an account. It measures processor time, all threads together, and it needs a machine
 * that is not busy with something else. Exits with 1 where a ratio is outside of the bounds.
 */
import { Argon2PasswordHasher } from '../../src/adapters/driven/argon2/argon2-password-hasher.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import { PasswordHash } from '../../src/domain/user/password-hash.ts';

const ROUNDS = 25;
const [LEAST, MOST] = [0.7, 1.4];

const TODAY = { memoryKib: 4096, timeCost: 3, parallelism: 1 };
const WEAKER = { memoryKib: 2048, timeCost: 2, parallelism: 1 };
const RIGHT = new Secret('correct horse');
const WRONG = new Secret('correct hearse');

const aHasher = (params = TODAY) => new Argon2PasswordHasher({ params, concurrency: 2, queue: 100 });

/** Unit: microseconds. */
const workOf = async (task: () => Promise<unknown>): Promise<number> => {
  const start = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(start);
  return user + system;
};

const median = (values: number[]): number => values.sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;

/** How much work `other` is for each unit of work of `one`. Done in turns, so that a slow moment slows both down. */
const ratio = async (one: () => Promise<unknown>, other: () => Promise<unknown>): Promise<number> => {
  const work: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    work[0].push(await workOf(one));
    work[1].push(await workOf(other));
  }
  return median(work[1]) / median(work[0]);
};

const stored = await aHasher().hash(RIGHT);
const weaker = await aHasher(WEAKER).hash(RIGHT);
const damaged = PasswordHash.parse('$argon2id$v=19$m=8,t=1');
const hasher = aHasher();
const wrongPassword = () => hasher.verify(stored, WRONG);
const cases: Readonly<Record<string, () => Promise<boolean>>> = {
  // A new hasher each time: the first question must not be quicker either.
  'an address without an account': () => aHasher().verify(null, WRONG),
  'a damaged hash': () => aHasher().verify(damaged, WRONG),
  'a hash that was made with weaker parameters': () => aHasher().verify(weaker, WRONG),
  'an empty password': () => aHasher().verify(null, new Secret('')),
};

for (const [name, verify] of Object.entries(cases)) {
  const found = await ratio(wrongPassword, verify);
  const isAlike = found > LEAST && found < MOST;
  process.stdout.write(
    `${isAlike ? 'alike' : 'NOT ALIKE'}: ${name} costs ${found.toFixed(2)} times a wrong password\n`,
  );
  if (!isAlike) process.exitCode = 1;
}
