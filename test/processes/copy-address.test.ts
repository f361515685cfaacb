import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Workplace } from './guildhall-process.ts';

const CLI = join(import.meta.dirname, '../../src/cli.js');

/** A folder with a store in it, and a file that names another. */
const aPlace = async () => {
  const workplace = new Workplace();
  assert.equal((await workplace.cli(['migrate']).end()).code, 0);
  writeFileSync(join(workplace.folder, 'address'), 'file:new.db\n');
  return workplace;
};

const FROM = ['copy', '--from', 'file:data/guildhall.db'];

describe('An address for guildhall copy', { timeout: 600_000 }, () => {
  it('is read from a file', async () => {
    await using workplace = await aPlace();
    const { code, err } = await workplace.cli([...FROM, '--to-url-file', 'address']).end();
    assert.deepEqual([code, err, existsSync(join(workplace.folder, 'new.db'))], [0, '', true]);
    const back = await workplace.cli(['copy', '--from-url-file', 'address', '--to', 'file:third.db']).end();
    assert.deepEqual([back.code, existsSync(join(workplace.folder, 'third.db'))], [0, true]);
  });

  it('is read from a pipe', async () => {
    await using workplace = await aPlace();
    const line = `echo file:new.db | "$NODE" "$CLI" ${FROM.join(' ')} --to-url-file /dev/stdin`;
    const env = { PATH: process.env.PATH, NODE: process.execPath, CLI };
    const out = execFileSync('sh', ['-c', line], { cwd: workplace.folder, env, encoding: 'utf8' });
    assert.match(out, /both stores have the same counts/);
    assert.equal(existsSync(join(workplace.folder, 'new.db')), true);
  });

  const WRONG: [args: string[], sentence: string][] = [
    [['--to-url-file', 'nowhere'], '--to-url-file names a file that cannot be read.'],
    [['--to-url-file', 'empty'], '--to-url-file names an empty file.'],
    [['--to-url-file', ''], '--to-url-file is empty; name a file.'],
    [
      ['--to-url-file', 'data/guildhall.db'],
      '--to must be file:PATH, memory: or postgres://USER:PASSWORD@HOST:PORT/DATABASE.',
    ],
  ];
  for (const [args, sentence] of WRONG) {
    it(`is refused in a sentence that quotes nothing of it: ${args.join(' ')}`, async () => {
      await using workplace = await aPlace();
      writeFileSync(join(workplace.folder, 'empty'), '');
      // Never the store that the setting names.
      const settings = { DATABASE_URL: 'file:other.db' };
      const { code, err } = await workplace.cli([...FROM, ...args], { settings }).end();
      assert.deepEqual([code, err], [2, `${sentence}\n`]);
      assert.equal(existsSync(join(workplace.folder, 'other.db')), false);
    });
  }
});
