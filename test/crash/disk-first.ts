import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { answersTooEarly, answersWithoutWaiting, eventsOf } from './trace-events.ts';

// What no kill can show: that the disk has a write before the client hears of it. Needs `strace`, so it is a script.

const ONE_BY_ONE = 50;
const AT_ONCE = 32;
const BURSTS = 20;

const say = (line: string) => process.stdout.write(`${line}\n`);

if (spawnSync('strace', ['-V']).status !== 0) {
  say('This needs strace: apt-get install strace');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'guildhall-disk-'));
const trace = join(folder, 'trace');
const main = join(import.meta.dirname, '../../src/main.js');
// With -D strace stands aside, so that what we signal is the service.
const calls = 'trace=pwrite64,fsync,fdatasync,write,writev,sendto';
const service = spawn('strace', ['-D', '-y', '-s', '24', '-o', trace, '-e', calls, process.execPath, main], {
  cwd: folder,
  env: { PATH: process.env.PATH, PORT: '0', SAMPLE_USERS: 'off', DATABASE_URL: 'file:./guildhall.db' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(service, 'close');
try {
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: service.stdout }).on('line', (line) => {
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    service.on('close', () => reject(new Error('The service did not start')));
  });
  let people = 0;
  const admit = async () => {
    people += 1;
    const body = JSON.stringify({ email: `user${people}@example.com` });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${address}/users`, { method: 'POST', headers, body });
    if (answer.status !== 201) throw new Error(`It said ${answer.status}`);
    await answer.arrayBuffer();
  };
  for (let n = 0; n < ONE_BY_ONE; n += 1) await admit();
  for (let n = 0; n < BURSTS; n += 1) await Promise.all(Array.from({ length: AT_ONCE }, admit));
} finally {
  service.kill('SIGTERM');
  await ended;
}

const events = eventsOf(readFileSync(trace, 'utf8'));
rmSync(folder, { recursive: true });
const nth = [...events.matchAll(/A/g)].map(({ index }) => index + 1);
const first = events.slice(0, nth[ONE_BY_ONE - 1]);
const rest = events.slice(first.length, nth.at(-1));
const answers = ONE_BY_ONE + AT_ONCE * BURSTS;
const waits = rest.match(/S/g)?.length ?? 0;
const faults = answersWithoutWaiting(first) + answersTooEarly(events) + (nth.length === answers ? 0 : 1);
say(`${ONE_BY_ONE} answers one by one: ${answersWithoutWaiting(first)} left before the disk had the write.`);
say(`${nth.length - ONE_BY_ONE} answers, ${AT_ONCE} clients at a time: ${answersTooEarly(rest)} left too early.`);
say(`These ${nth.length - ONE_BY_ONE} waited for the disk ${waits} times between them.`);
process.exitCode = faults === 0 ? 0 : 1;
