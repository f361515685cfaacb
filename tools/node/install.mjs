// Runs after `npm ci`, on Node 20 or newer. Guildhall itself needs Node 24.9: where the machine's is older, this installs
// one under tools/node and links it where npm scripts, npx and `#!/usr/bin/env node` look first.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));

const PACKAGES = pathOf('node_modules');
const NODE = pathOf('node_modules/.bin/node');

/** Returns the version of the installed Node, such as `24.21.0`; `undefined`: there is none, or it does not run here. */
const installedVersion = () => {
  try {
    return execFileSync(NODE, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim()
      .slice(1);
  } catch {
    return undefined;
  }
};

const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

/**
 * Unpacks the executable of a package, one file of 2,800. perf: `npm ci` would unpack all of them, 189 MB, which takes
 * 8.2 s of CPU time in place of 4.2, while the other packages are installed.
 */
const unpack = (name, { version, integrity }) => {
  mkdirSync(pathOf('node_modules/.bin'), { recursive: true });
  const pack = ['pack', `${name}@${version}`, '--prefer-offline', '--silent', '--pack-destination', PACKAGES];
  execFileSync('npm', pack, { cwd: pathOf('.'), stdio: ['ignore', 'ignore', 'inherit'] });
  const file = pathOf(`node_modules/${name}-${version}.tgz`);
  const hash = createHash('sha512').update(readFileSync(file)).digest('base64');
  if (integrity !== `sha512-${hash}`)
    fail(`The package ${name}@${version} is not the one in tools/node/package-lock.json.`);
  execFileSync('tar', ['-xzf', file, '-C', PACKAGES, 'package/bin/node'], { stdio: ['ignore', 'ignore', 'inherit'] });
  renameSync(pathOf('node_modules/package/bin/node'), NODE);
  rmSync(file);
  rmSync(pathOf('node_modules/package'), { recursive: true });
};

const install = () => {
  const name = `node-${process.platform}-${process.arch}`;
  const locked = JSON.parse(readFileSync(pathOf('package-lock.json'), 'utf8')).packages[`node_modules/${name}`];
  if (locked !== undefined && installedVersion() !== locked.version) unpack(name, locked);
  // There is a package for a few platforms only, and those of Linux run with glibc only.
  if (installedVersion() !== undefined) return;
  fail(
    `Guildhall needs Node 24.9 or newer, and no package of it runs on ${process.platform}-${process.arch}.\n` +
      'Install it from https://nodejs.org, then repeat this.',
  );
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
