import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const SCRIPT = join(import.meta.dirname, 'run.ts');

const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (text.includes('Ctrl-C')) child.kill();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
};

describe('npm run simulators', () => {
  it('prints the settings of four simulators', async () => {
    const { out } = await run('--port', '0');
    const settings = [...out.matchAll(/^([A-Z_]+)=http:\/\/127\.0\.0\.1:\d+$/gm)].map(([, setting]) => setting);
    assert.deepEqual(settings, ['RANDOM_USER_API_URL', 'GITHUB_API_URL', 'TWITTER_API_URL', 'BREACHED_PASSWORDS']);
  });

  it('names the port that is in use, without a stack', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    try {
      const { code, err } = await run('--port', String(port));
      assert.equal(code, 5);
      assert.match(err, new RegExp(`^Port ${port} for randomuser.me is in use\\. .*--port \\d+\\n$`));
    } finally {
      other.close();
    }
  });

  for (const args of [
    ['--port', 'x'],
    ['--port', '65534'],
    ['--prot', '1'],
  ]) {
    it(`rejects ${args.join(' ')} in one message`, async () => {
      const { code, err } = await run(...args);
      assert.equal(code, 2);
      assert.doesNotMatch(err, /^\s+at /m);
    });
  }
});
