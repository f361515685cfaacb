import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';

const CODE = `
  const { startService } = await import(${JSON.stringify(import.meta.resolve('../../src/composition/service.ts'))});
  const { readConfig } = await import(${JSON.stringify(import.meta.resolve('../../src/composition/config.ts'))});
  const service = await startService(readConfig({ DATABASE_URL: 'memory:', LOG_LEVEL: 'silent', LOG_FORMAT: 'json', PORT: '0' }));
  await service.app.ready();
  const { createRequire } = await import('node:module');
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  console.log(JSON.stringify({ loaded, builtin: process.moduleLoadList }));
  process.exit();`;

describe('The start', () => {
  it('loads nothing that the first answers do not need', async () => {
    const node = promisify(execFile)(process.execPath, ['--input-type=module', '-e', CODE], { maxBuffer: 10_000_000 });
    const { loaded, builtin } = JSON.parse((await node).stdout) as { loaded: string[]; builtin: string[] };
    for (const name of ['undici', 'prom-client', 'nodemailer', 'pino-pretty', 'argon2']) {
      const found = loaded.find((path) => path.includes(`/node_modules/${name}/`));
      assert.equal(found, undefined, name);
    }
    assert.ok(
      loaded.some((path) => path.includes('/node_modules/fastify/')),
      'what is loaded was looked at',
    );
    const client = builtin.find((name) => name.endsWith('internal/deps/undici/undici'));
    assert.equal(client, undefined, 'the client inside of Node');
  });
});
