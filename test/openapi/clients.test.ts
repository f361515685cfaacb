import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Findings, Visit } from '../../tools/clients/visit.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from '../http/test-app.ts';

const CLIENTS = join(import.meta.dirname, '../../tools/clients');

/** The generators need this Node, which need not be the machine's. */
const npm = (...args: readonly string[]): void => {
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
  execFileSync('npm', args, { cwd: CLIENTS, env: { ...process.env, PATH }, stdio: ['ignore', 'ignore', 'inherit'] });
};

type Walk = (visit: Visit) => Promise<Findings>;

describe('a client that is generated from the OpenAPI document', () => {
  let app: TestApp;
  let baseUrl: string;
  before(async () => {
    app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    baseUrl = `http://127.0.0.1:${await app.listen()}`;
    mkdirSync(join(CLIENTS, 'build'), { recursive: true });
    writeFileSync(join(CLIENTS, 'build/openapi.json'), (await app.call('GET', '/docs/json')).body);
    if (!existsSync(join(CLIENTS, 'node_modules/.package-lock.json'))) npm('ci');
    npm('run', 'generate');
    npm('run', 'compile');
  });
  after(() => app[Symbol.asyncDispose]());

  for (const name of ['openapi-fetch', 'hey-api']) {
    it(`compiles with named types, logs in, issues and validates a license: ${name}`, async () => {
      const script = pathToFileURL(join(CLIENTS, `build/js/walk-${name}.js`)).href;
      const { walk }: { walk: Walk } = await import(script);
      const email = `${name}@example.com`;
      const found = await walk({ baseUrl, adminKey: ADMIN_KEY, email, password: 'a harmless pass phrase' });
      assert.deepEqual(
        { ...found, user: typeof found.user },
        { user: 'string', ownEmail: email, code: 'VALID', valid: true, problem: 'user.email-taken' },
      );
    });
  }
});
