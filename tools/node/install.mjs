// Runs after `npm ci`, on Node 20 or newer. Guildhall itself needs Node 24.9: where the machine's is older, this installs
// one under tools/node and links it where npm scripts, npx and `#!/usr/bin/env node` look first.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));

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

const npm = (...args) =>
  execFileSync('npm', args, { cwd: pathOf('.'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

const isOf = (file, integrity) =>
  existsSync(file) && integrity === `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;

/**
 * Returns the file of a package in npm's cache, which names files by their checksum. perf: `npm pack` takes 3.5 s of CPU
 * time for a package that is in it, and this 0.4.
 */
const cachedFileOf = (integrity) => {
  const [, first, second, rest] = /^(..)(..)(.+)/.exec(Buffer.from(integrity.split('-')[1], 'base64').toString('hex'));
  return join(npm('config', 'get', 'cache'), '_cacache/content-v2/sha512', first, second, rest);
};

/**
 * Unpacks the executable of a package, one file of 2,800. perf: `npm ci` would unpack all of them, 189 MB, while the other
 * packages are installed.
 */
const unpack = (name, { version, integrity }) => {
  const folder = pathOf('node_modules/unpacked');
  mkdirSync(folder, { recursive: true });
  mkdirSync(pathOf('node_modules/.bin'), { recursive: true });
  let file = cachedFileOf(integrity);
  if (!isOf(file, integrity)) {
    npm('pack', `${name}@${version}`, '--prefer-offline', '--silent', '--pack-destination', folder);
    file = join(folder, `${name}-${version}.tgz`);
    if (!isOf(file, integrity)) fail(`The package ${name}@${version} is not the one in tools/node/package-lock.json.`);
  }
  execFileSync('tar', ['-xzf', file, '-C', folder, 'package/bin/node'], { stdio: ['ignore', 'ignore', 'inherit'] });
  renameSync(join(folder, 'package/bin/node'), NODE);
  rmSync(folder, { recursive: true });
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
