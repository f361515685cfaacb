import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guildhall } from './guildhall-here.ts';
import { runGuildhall } from './guildhall-process.ts';

describe('guildhall password generate', () => {
  it('prints as many as asked for, one a line, and nothing else', async () => {
    const args = ['password', 'generate', '--length', '12', '--complexity', '4', '--count', '3'];
    const { exitCode, stdout, stderr } = await guildhall(args);
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.match(stdout, /^(?:[!-~]{12}\n){3}$/);
    assert.equal(new Set(stdout.split('\n')).size, 4);
  });

  it('reports on stderr that a long simple one counts one level more', async () => {
    const { stdout, stderr } = await guildhall(['password', 'generate', '--length', '8', '--complexity', '1']);
    assert.match(stdout, /^[a-z]{8}\n$/);
    assert.match(stderr, /^Checks as level 2:/);
  });

  it('prints JSON, with the level', async () => {
    const { stdout } = await guildhall(['password', 'generate', '--length', '8', '--complexity', '2', '--json']);
    const [made, ...rest] = JSON.parse(stdout);
    assert.deepEqual([Object.keys(made), made.level, made.password.length, rest], [['password', 'level'], 3, 8, []]);
  });

  it('refuses what cannot be made, each fault in a sentence, with the exit code of a wrong command', async () => {
    const { exitCode, stdout, stderr } = await guildhall([
      'password',
      'generate',
      '--length',
      '0',
      '--complexity',
      '5',
    ]);
    assert.deepEqual([exitCode, stdout], [2, '']);
    assert.equal(stderr.trimEnd().split('\n').length, 2);
    assert.equal((await guildhall(['password', 'generate', '--count', '0'])).exitCode, 2);
    assert.equal((await guildhall(['password', 'generate', '--length', 'ten'])).exitCode, 2);
  });
});

describe('guildhall password level', () => {
  it('prints the level of what it reads, and nothing else', async () => {
    const levelOf = async (input: string) => (await guildhall(['password', 'level'], {}, { input })).stdout;
    assert.deepEqual([await levelOf('abcdefg1'), await levelOf('ABC123')], ['3\n', '0\n']);
    assert.equal((await guildhall(['password', 'level', '--json'], {}, { input: 'aB1' })).stdout, '{"level":3}\n');
  });

  it('reads standard input, which is one line', { timeout: 600_000 }, async () => {
    const inputs = ['abcdefgh\n', 'abcdefgh\r\n', 'abcdefgh', 'abcdefgh\n\n', 'a'.repeat(70_000)];
    const ended = await Promise.all(inputs.map((input) => runGuildhall(['password', 'level'], {}, input)));
    assert.deepEqual(
      ended.map(({ exitCode, stdout }) => [exitCode, stdout]),
      [
        [0, '2\n'],
        [0, '2\n'],
        [0, '2\n'],
        [2, ''],
        [2, ''],
      ],
    );
  });

  it('takes none from the command line, where other users of the machine can read it, and does not repeat it', async () => {
    const { exitCode, stderr } = await guildhall(['password', 'level', 'abcdefg1']);
    assert.equal(exitCode, 2);
    assert.doesNotMatch(stderr, /abcdefg1/);
  });
});

describe('guildhall password scenarios', () => {
  it('prints a table of successes and a sum', async () => {
    const { exitCode, stdout } = await guildhall(['password', 'scenarios']);
    assert.equal(exitCode, 0);
    assert.equal(stdout.match(/success /g)?.length, 58);
    assert.match(stdout, /58 scenarios: 58 success, 0 fail\n$/);
    assert.ok(!stdout.includes('\u001b'), 'no colours where there are none');
  });

  it('shows colours where there are some', async () => {
    const { stdout } = await guildhall(['password', 'scenarios'], {}, { hasColors: true });
    assert.ok(stdout.includes('\u001b[32msuccess'));
  });

  it('prints JSON', async () => {
    const { stdout } = await guildhall(['password', 'scenarios', '--json']);
    const scenarios = JSON.parse(stdout) as { length: number; complexity: number }[];
    const found = scenarios.find(({ length, complexity }) => length === 8 && complexity === 1);
    assert.deepEqual(found, { length: 8, complexity: 1, expected: 2, got: 2, success: true });
  });
});
