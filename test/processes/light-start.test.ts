import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { aFolder } from '../contracts/open-stores.ts';

const codeFor = (store: string) => `
  const { createRequire, registerHooks } = await import('node:module');
  const searched = [];
  // Asked last, because it is registered first.
  const resolve = (specifier, { parentURL }, next) => {
    const isOurs = specifier.endsWith('.ts') || parentURL.includes('/kysely/');
    if (isOurs && specifier.startsWith('.')) searched.push(specifier);
    return next(specifier);
  };
  registerHooks({ resolve });
  await import(${JSON.stringify(import.meta.resolve('../../src/faster-imports.js'))});
  const { startService } = await import(${JSON.stringify(import.meta.resolve('../../src/composition/runtime/service.ts'))});
  const { readConfig } = await import(${JSON.stringify(import.meta.resolve('../../src/composition/config/config.ts'))});
  const settings = { DATABASE_URL: ${JSON.stringify(store)}, LOG_LEVEL: 'silent', LOG_FORMAT: 'json', PORT: '0' };
  const service = await startService(readConfig(settings));
  // An import would load the client inside of Node.
  const { get } = process.getBuiltinModule('node:http');
  const address = await service.app.listen({ host: '127.0.0.1', port: 0 });
  const status = await new Promise((resolve) => get(address + '/_health', ({ statusCode }) => resolve(statusCode)));
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  console.log(JSON.stringify({ status, loaded, searched, builtin: process.moduleLoadList }));
  process.exit();`;

/** @returns what was loaded until it had answered a probe */
const startOver = async (store: string): Promise<{ loaded: string[]; searched: string[]; builtin: string[] }> => {
  const args = ['--input-type=module', '-e', codeFor(store)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 10_000_000 });
  const { status, ...started } = JSON.parse(stdout);
  assert.equal(status, 200);
  return started;
};

/** @returns what the service loads for its upstreams once it is idle */
const warmUpWith = async (settings: Record<string, string>): Promise<string[]> => {
  const code = `
    const { openUpstreams } = await import(${JSON.stringify(import.meta.resolve('../../src/composition/wiring/open.ts'))});
    const { readConfig } = await import(${JSON.stringify(import.meta.resolve('../../src/composition/config/config.ts'))});
    await openUpstreams(readConfig(${JSON.stringify(settings)}).upstreams).warmUp();
    const { createRequire } = await import('node:module');
    console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)));
    process.exit();`;
  return JSON.parse((await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code])).stdout);
};

const isLoaded = (loaded: readonly string[], name: string): boolean =>
  loaded.some((path) => path.includes(`/node_modules/${name}/`));

const LATER = [
  'undici',
  'prom-client',
  'nodemailer',
  'pino-pretty',
  'argon2',
  'better-sqlite3',
  'pg',
  '@fastify/swagger',
  '@fastify/swagger-ui',
  '@fastify/ajv-compiler',
  '@fastify/fast-json-stringify-compiler',
  'ajv',
];

describe('The start', () => {
  it('loads nothing that the first answers do not need', async () => {
    const { loaded, builtin } = await startOver('memory:');
    for (const name of LATER) {
      assert.equal(isLoaded(loaded, name), false, name);
    }
    assert.ok(isLoaded(loaded, 'fastify'), 'what is loaded was looked at');
    const client = builtin.find((name) => name.endsWith('internal/deps/undici/undici'));
    assert.equal(client, undefined, 'the client inside of Node');
  });

  it('loads no client for a server where the store is a file', async () => {
    await using folder = await aFolder();
    const { loaded, searched } = await startOver(`file:${join(folder.path, 'guildhall.db')}`);
    assert.deepEqual([isLoaded(loaded, 'better-sqlite3'), isLoaded(loaded, 'pg')], [true, false]);
    assert.deepEqual(searched, [], 'relative imports name their file');
  });

  it('loads the clients of upstreams ahead of a request only where they are configured', async () => {
    assert.equal(isLoaded(await warmUpWith({}), 'undici'), false);
    assert.equal(isLoaded(await warmUpWith({ TWITTER_BEARER_TOKEN: 'x'.repeat(40) }), 'undici'), true);
    assert.equal(isLoaded(await warmUpWith({ BREACHED_PASSWORDS: 'https://api.pwnedpasswords.com' }), 'undici'), true);
  });
});
