import Database from 'better-sqlite3';

/**
 * Program: the upper limit of writes. Inserts users into a store with a prepared statement, each in its own transaction
 * that waits for the disk, and prints the rate per second. Arguments: file, first number, seconds.
 */
const [file = '', first = '', seconds = ''] = process.argv.slice(2);

const database = new Database(file);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
const insert = database.prepare(
  'insert into users (id, email, email_canonical, created_at, version) values (?, ?, ?, ?, 1)',
);
const now = new Date().toISOString();

const cpuBefore = process.cpuUsage();
const from = performance.now();
const until = from + Number(seconds) * 1_000;
let done = 0;
while (performance.now() < until) {
  const number = String(Number(first) + done).padStart(12, '0');
  const email = `new.${number}@example.com`;
  insert.run(`ffffffff-ffff-7fff-bfff-${number}`, email, email, now);
  done += 1;
}
const perSecond = (done / (performance.now() - from)) * 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
database.close();
console.log(JSON.stringify({ perSecond, cpuMicros: (user + system) / done }));
