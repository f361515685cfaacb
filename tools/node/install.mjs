// Runs after `npm ci`, on Node 20 or newer. Guildhall itself needs Node 24.9: where the machine's is older, this installs
// one under tools/node and links it where npm scripts, npx and `#!/usr/bin/env node` look first.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));
const timeOf = (file) => statSync(pathOf(file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

const installedRuns = () => {
  try {
    execFileSync(pathOf('node_modules/.bin/node'), ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const install = () => {
  if (timeOf('node_modules/.package-lock.json') < timeOf('package-lock.json')) {
    const args = ['ci', '--no-audit', '--no-fund', '--prefer-offline', '--include=optional'];
    execFileSync('npm', args, { cwd: pathOf('.'), stdio: ['ignore', 'ignore', 'inherit'] });
  }
  // There is a package for a few platforms only, and those of Linux run with glibc only.
  if (installedRuns()) return;
  process.stderr.write(
    `Guildhall needs Node 24.9 or newer, and no package of it runs on ${process.platform}-${process.arch}.\n` +
      'Install it from https://nodejs.org, then repeat this.\n',
  );
  process.exit(1);
};

const link = () => {
  const node = pathOf('../../node_modules/.bin/node');
  mkdirSync(pathOf('../../node_modules/.bin'), { recursive: true });
  rmSync(node, { force: true });
  symlinkSync('../../tools/node/node_modules/.bin/node', node);
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  install();
  // The Makefile calls it once during an installation, which removes links, and once after it.
  if (process.argv[2] !== '--without-link') link();
}
