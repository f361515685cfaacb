import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SystemClock } from '../../src/adapters/driven/system/system-clock.ts';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { type LicenseApp, startLicenseApp } from '../http/license-app.ts';

const CLI = join(import.meta.dirname, '../../src/cli.js');

/** In an environment in which no server would start: production, and nothing set. */
const verify = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const env = { NODE_ENV: 'production', PATH: '/nowhere' };
    execFile(process.execPath, [CLI, 'license', 'verify', ...args], { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });

describe('guildhall license verify, as a process', () => {
  let app: LicenseApp;
  let url: string;
  let files: Record<'file' | 'answer' | 'bent' | 'keys', string>;

  before(async () => {
    app = await startLicenseApp({}, (container) => container.register(Ports.clock, { useValue: new SystemClock() }));
    url = `http://127.0.0.1:${await app.listen()}/.well-known/jwks.json`;
    const license = await app.issue({ product: 'editor' });
    await app.activate(license, 'm1');
    const answer = (await app.checkOut(license, { fingerprint: 'm1', ttl: 600 })).json();
    const file: string = answer.license_file;
    const contents = {
      file: `${file}\n`,
      answer: JSON.stringify(answer),
      bent: file.replace(/\.(.)/, (_, first) => `.${first === 'e' ? 'f' : 'e'}`),
      keys: (await app.call('GET', '/.well-known/jwks.json')).body,
    };
    files = contents;
    for (const name of Object.keys(contents) as (keyof typeof contents)[]) {
      files = { ...files, [name]: join(app.folder, name) };
      writeFileSync(files[name], contents[name]);
    }
  });
  after(() => app[Symbol.asyncDispose]());

  it('needs nothing but the file and the keys, from a page or from a file', async () => {
    for (const keys of [url, files.keys]) {
      for (const file of [files.file, files.answer]) {
        const { code, out, err } = await verify(file, '--jwks', keys, '--fingerprint', 'm1', '--product', 'editor');
        assert.deepEqual([code, err], [0, '']);
        assert.match(out, /^The license file is valid\.\n/);
      }
    }
  });

  it('exits with 3 where the file proves nothing here, and with 5 where there are no keys', async () => {
    const other = await verify(files.file, '--jwks', url, '--fingerprint', 'm2', '--product', 'viewer');
    assert.deepEqual(
      [other.code, other.out, other.err],
      [3, '', 'The license file is for another machine.\nThe license file is for another product.\n'],
    );
    const bent = await verify(files.bent, '--jwks', url);
    assert.deepEqual([bent.code, bent.err], [3, 'The license file is not signed with one of these keys.\n']);
    assert.equal((await verify(join(app.folder, 'none'), '--jwks', url)).code, 3);
    assert.equal((await verify(files.file, '--jwks', join(app.folder, 'none'))).code, 5);
  });
});
