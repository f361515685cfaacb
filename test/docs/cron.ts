/**
 * `npm run cron`: runs the crontab of docs/operations.md under a real cron, every minute in place of every night, and
 * restores the backup that it makes. Needs root and Debian's package `cron`; takes up to two minutes.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { has, SampleCheckout } from './sample-checkout.ts';
import { samplesOf } from './samples.ts';

const TIMEOUT_MS = 150_000;

const crontab = (text: string): void => {
  const { status, stderr } = spawnSync('crontab', ['-'], { input: text, encoding: 'utf8' });
  if (status !== 0) throw new Error(`crontab: ${stderr}`);
};

/** A cron that ends with this script, unless one runs already. */
const startCron = (): ChildProcess | undefined => {
  if (existsSync('/run/crond.pid') || existsSync('/var/run/crond.pid')) return undefined;
  return spawn('/usr/sbin/cron', ['-f'], { stdio: 'inherit' });
};

if (process.getuid?.() !== 0 || !existsSync('/usr/sbin/cron') || !has('sh', '-c', 'command -v crontab')) {
  console.error('npm run cron needs root and the package cron (Debian: apt-get install cron).');
  process.exit(5);
}

await using checkout = new SampleCheckout();
await checkout.sh('bin/guildhall migrate');
const backups = checkout.makeFolder('backups');
const lines = samplesOf('docs/operations.md', 'crontab')
  .join('')
  .replaceAll('/opt/guildhall', checkout.folder)
  .replaceAll('/var/backups/guildhall', backups)
  .replace(/^\d+ \d+ /m, '* * ');
const previous = spawnSync('crontab', ['-l'], { encoding: 'utf8' });
const cron = startCron();
try {
  crontab(lines);
  console.log(`Waiting for cron to run:\n${lines}`);
  const until = Date.now() + TIMEOUT_MS;
  while (globSync('*.db', { cwd: backups }).length === 0 && Date.now() < until) await sleep(500);
} finally {
  if (previous.status === 0) crontab(previous.stdout);
  else spawnSync('crontab', ['-r']);
  if (cron !== undefined) {
    cron.kill();
    await once(cron, 'exit');
  }
}
const [backup] = globSync('*.db', { cwd: backups });
if (backup === undefined) {
  console.error('cron made no backup.');
  process.exitCode = 1;
} else {
  await checkout.sh(`bin/guildhall restore --replace backups/${backup}`);
  console.log(`cron made ${backup}, and it was restored.`);
}
