import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { ADA, json, Workplace } from './guildhall-process.ts';

const MAIN = join(import.meta.dirname, '../../src/main.js');

/** Prints the port to standard error, as standard output has no room. */
const PORT_ON_STDERR = `data:text/javascript,${encodeURIComponent(`
  import { subscribe } from 'node:diagnostics_channel';
  subscribe('tracing:net.server.listen:asyncEnd', ({ server }) =>
    process.stderr.write(\`\${server.address().port}\\n\`));
`)}`;

describe('a service whose log is on a full disk', { timeout: 600_000 }, () => {
  const JSON_LOG = { LOG_FORMAT: 'json' };
  for (const [name, settings] of [
    ['prints a banner', { LOG_FORMAT: 'pretty' }],
    ['writes JSON', JSON_LOG],
    ['has workers', { ...JSON_LOG, WORKERS: '2' }],
  ] as const) {
    it(`and that ${name} starts, responds, and ends with 0`, async () => {
      await using workplace = new Workplace();
      const full = openSync('/dev/full', 'w');
      const service = spawn(process.execPath, ['--import', PORT_ON_STDERR, MAIN], {
        cwd: workplace.folder,
        env: { PATH: process.env.PATH, PORT: '0', SHUTDOWN_GRACE: '10m', ...settings },
        stdio: ['ignore', full, 'pipe'],
      });
      closeSync(full);
      assert.ok(service.stderr);
      const ended = once(service, 'close');
      const [port] = await Promise.race([once(service.stderr.setEncoding('utf8'), 'data'), ended]);
      const err = text(service.stderr);
      try {
        const address = `http://127.0.0.1:${Number.parseInt(port, 10)}`;
        assert.equal((await fetch(`${address}/users`, json(ADA))).status, 201);
        assert.equal((await fetch(`${address}/_health`)).status, 200);
      } finally {
        service.kill('SIGTERM');
      }
      assert.deepEqual(await ended, [0, null], await err);
    });
  }
});
