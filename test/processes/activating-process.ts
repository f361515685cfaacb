import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { KyselyUnitOfWork } from '../../src/adapters/driven/kysely/kysely-unit-of-work.ts';
import { openSqliteStore } from '../../src/adapters/driven/kysely/sqlite/open-sqlite-store.ts';
import { Uuidv7Ids } from '../../src/adapters/driven/system/uuidv7-ids.ts';
import { ActivateLicense } from '../../src/application/license/activate-license.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import { DomainError } from '../../src/domain/shared/domain-error.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aLicense } from '../builders/license-builder.ts';
import { FixedClock } from '../doubles/fixed-clock.ts';

/*
 * Another instance on the same file, as a process of its own: `<file> <machines> <requests>`. It says `ready`, waits for
 * a line, asks so many times at once to activate so many machines on the license of `aLicense()`, and says each answer.
 */
const [path = '', machines = '0', requests = '0'] = process.argv.slice(2);

const db = openSqliteStore(path);
const clock = new FixedClock(NEW_YEAR);
const activateLicense = new ActivateLicense({
  unitOfWork: new KyselyUnitOfWork(db),
  idGenerator: new Uuidv7Ids(),
  processThrottle: { count: () => {} },
  clock,
});
const client = { ip: '192.0.2.1', userAgent: 'test', requestId: 'test' };

const ask = async (nth: number): Promise<string> => {
  const fingerprint = `machine-${nth % Number(machines)}`;
  try {
    const command = { caller: Caller.root(), licenseId: aLicense().id, fingerprint, client };
    return (await activateLicense.execute(command)).isNew ? 'new' : 'again';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

writeSync(1, 'ready\n');
await once(process.stdin, 'data');
process.stdin.destroy();
const answers = await Promise.all(Array.from({ length: Number(requests) }, (_, nth) => ask(nth)));
for (const answer of answers) writeSync(1, `${answer}\n`);
await db.destroy();
