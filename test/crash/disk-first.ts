import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventsOf, responsesTooEarly, responsesWithoutSync } from './trace-events.ts';

// Verifies what no kill can show: the disk has a write before its response is sent. A script, because it needs `strace`.

const ONE_BY_ONE = 50;
const CLIENTS = 32;
const BURSTS = 20;

const print = (line: string) => process.stdout.write(`${line}\n`);

if (spawnSync('strace', ['-V']).status !== 0) {
  print('This needs strace: apt-get install strace');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'guildhall-disk-'));
const trace = join(folder, 'trace');
const main = join(import.meta.dirname, '../../src/main.js');
// With -D strace is a separate process, so that signals reach the service. With -f it follows the thread that syncs.
const calls = 'trace=pwrite64,fsync,fdatasync,write,writev,sendto';
const service = spawn('strace', ['-D', '-f', '-y', '-s', '24', '-o', trace, '-e', calls, process.execPath, main], {
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
  let users = 0;
  const createUser = async () => {
    users += 1;
    const body = JSON.stringify({ email: `user${users}@example.com` });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${address}/users`, { method: 'POST', headers, body });
    if (response.status !== 201) throw new Error(`Status ${response.status}`);
    await response.arrayBuffer();
  };
  for (let n = 0; n < ONE_BY_ONE; n += 1) await createUser();
  for (let n = 0; n < BURSTS; n += 1) await Promise.all(Array.from({ length: CLIENTS }, createUser));
} finally {
  service.kill('SIGTERM');
  await ended;
}

const events = eventsOf(readFileSync(trace, 'utf8'));
rmSync(folder, { recursive: true });
const sent = [...events.matchAll(/A/g)].map(({ index }) => index + 1);
const first = events.slice(0, sent[ONE_BY_ONE - 1]);
const rest = events.slice(first.length, sent.at(-1));
const expected = ONE_BY_ONE + CLIENTS * BURSTS;
const syncs = rest.match(/S/g)?.length ?? 0;
const faults = responsesWithoutSync(first) + responsesTooEarly(events) + (sent.length === expected ? 0 : 1);
print(`${ONE_BY_ONE} responses one by one: ${responsesWithoutSync(first)} sent before the disk had the write.`);
print(
  `${sent.length - ONE_BY_ONE} responses to ${CLIENTS} concurrent clients: ${responsesTooEarly(rest)} sent too early.`,
);
print(`These ${sent.length - ONE_BY_ONE} needed ${syncs} syncs.`);
process.exitCode = faults === 0 ? 0 : 1;
