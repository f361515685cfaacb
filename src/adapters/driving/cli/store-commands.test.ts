import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guildhallWith } from '../../../../test/cli/guildhall-with.ts';
import { PortError } from '../../../ports/port-error.ts';
import type { CliDeps } from './cli-deps.ts';

describe('guildhall migrate', () => {
  const migrate = async () => ['0001-users', '0002-more'];

  it('prints the applied migrations, as text and as JSON', async () => {
    assert.equal((await guildhallWith(['migrate'], { migrate })).out, 'Done: 0001-users\nDone: 0002-more\n');
    assert.equal((await guildhallWith(['migrate', '--json'], { migrate })).out, '["0001-users","0002-more"]\n');
  });

  it('reports that no migration was pending', async () => {
    const done = { migrate: async () => [] };
    const out = 'The store is up to date.\n';
    assert.deepEqual(await guildhallWith(['migrate'], done), { exitCode: 0, out, err: '' });
    assert.equal((await guildhallWith(['migrate', '--json'], done)).out, '[]\n');
  });
});

describe('guildhall copy', () => {
  const copied = [
    { kind: 'users', count: 1203 },
    { kind: 'password_resets', count: 0 },
  ];

  it('prints the number of copied rows, as text and as JSON', async () => {
    const asked: unknown[] = [];
    const copy: CliDeps['copy'] = async (stores) => {
      asked.push(stores);
      return copied;
    };
    const argv = ['copy', '--from', 'file:a.db', '--to', 'file:b.db'];
    const { exitCode, out } = await guildhallWith(argv, { copy });
    assert.deepEqual(
      [exitCode, out],
      [0, 'users                 1203\npassword_resets          0\nCopied; both stores have the same counts.\n'],
    );
    const json = await guildhallWith([...argv, '--json'], { copy });
    assert.deepEqual(JSON.parse(json.out), { users: 1203, password_resets: 0 });
    assert.deepEqual(asked, Array(2).fill({ from: { url: 'file:a.db' }, to: { url: 'file:b.db' } }));
  });

  it('reads an address from a file, where it holds a password that no other user should see', async () => {
    const asked: unknown[] = [];
    const copy: CliDeps['copy'] = async (stores) => {
      asked.push(stores);
      return copied;
    };
    await guildhallWith(['copy', '--from', 'file:a.db', '--to-url-file', 'secret'], { copy });
    await guildhallWith(['copy', '--from-url-file', '/dev/stdin', '--to', 'file:b.db'], { copy });
    assert.deepEqual(asked, [
      { from: { url: 'file:a.db' }, to: { urlFile: 'secret' } },
      { from: { urlFile: '/dev/stdin' }, to: { url: 'file:b.db' } },
    ]);
  });

  it('lists what was not copied, and fails', async () => {
    const messages = ['Of 4 attempts, 3 came over.', 'Of 2 users, 1 came over.'];
    const copy = () => Promise.reject(new PortError('store-copy.incomplete', 'less', { messages }));
    assert.deepEqual(await guildhallWith(['copy', '--from', 'a', '--to', 'b'], { copy }), {
      exitCode: 1,
      out: '',
      err: `${messages.join('\n')}\n`,
    });
  });
});

describe('guildhall backup', () => {
  it('prints the path of the copy', async () => {
    const files: string[] = [];
    const backUp: CliDeps['backUp'] = async (file) => void files.push(file);
    const { exitCode, out } = await guildhallWith(['backup', 'copy.db'], { backUp });
    assert.deepEqual([exitCode, files], [0, ['copy.db']]);
    assert.equal(out, 'The store is backed up to copy.db, and the copy is valid.\n');
  });
});

describe('a path', () => {
  it('does not disturb the terminal', async () => {
    const [backUp, restore] = [async () => {}, async () => 'old\u001b[2J'];
    for (const args of [
      ['backup', 'a\u001b[2J'],
      ['restore', 'a\u001b[2J', '--replace'],
    ]) {
      const { exitCode, out } = await guildhallWith(args, { backUp, restore });
      assert.equal(exitCode, 0);
      assert.doesNotMatch(out, /[^\P{Cc}\n]/u);
    }
  });
});

describe('guildhall restore', () => {
  it('replaces a store only with --replace, and prints the path of the old one', async () => {
    const calls: unknown[] = [];
    const restore: CliDeps['restore'] = async (options) => {
      calls.push(options);
      return options.replaces ? 'old.db' : undefined;
    };
    const done = 'The store is as it was when copy.db was written.\n';
    assert.equal((await guildhallWith(['restore', 'copy.db'], { restore })).out, done);
    const replaced = await guildhallWith(['restore', 'copy.db', '--replace'], { restore });
    assert.equal(replaced.out, `${done}The store that was there is kept as old.db.\n`);
    assert.deepEqual(calls, [
      { from: 'copy.db', replaces: false },
      { from: 'copy.db', replaces: true },
    ]);
  });
});
