import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const BENCH = join(import.meta.dirname, '..');

/** Installs the packages of bench/ if they are missing or older than the lock file. */
export const installPackages = (): void => {
  const [locked, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((file) =>
    statSync(join(BENCH, file), { throwIfNoEntry: false }),
  );
  if (installed !== undefined && locked !== undefined && installed.mtimeMs >= locked.mtimeMs) return;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: BENCH, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error('The packages of bench/ could not be installed.');
};
