import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guildhallWith } from '../../../../test/cli/guildhall-with.ts';
import { DomainError, type DomainErrorCode } from '../../../domain/shared/domain-error.ts';
import { PortError, type PortErrorCode } from '../../../ports/port-error.ts';
import type { CliDeps } from './cli-deps.ts';
import { CommandFailed, EXIT, EXIT_CODES } from './exit-codes.ts';

const ESC = '\u001b';

const refusing = (error: Error): Partial<CliDeps> => ({ migrate: () => Promise.reject(error) });

describe('guildhall', () => {
  it('lists exactly the commands there are, asked for help or for nothing', async () => {
    for (const argv of [['--help'], ['-h'], ['help'], []]) {
      const { exitCode, out, err } = await guildhallWith(argv);
      const commands = out
        .split('\nCommands:\n')[1]
        ?.match(/^ {2}[a-z]+/gm)
        ?.map((name) => name.trim());
      assert.deepEqual(
        [exitCode, commands, err],
        [
          0,
          [
            'serve',
            'migrate',
            'copy',
            'backup',
            'restore',
            'password',
            'users',
            'sessions',
            'staff',
            'token',
            'connections',
            'license',
            'keys',
            'audit',
            'openapi',
            'completion',
            'help',
          ],
          '',
        ],
      );
    }
  });

  it('lists what each command can do', async () => {
    const optionsOf = async (...argv: string[]) =>
      (await guildhallWith([...argv, '--help'])).out.split('\nExamples:')[0]?.match(/^ {2}.*?--[a-z-]+/gm);
    const rest = ['  -h, --help', '  -V, --version'];
    assert.deepEqual(await optionsOf('serve'), ['  --reset', ...rest]);
    assert.deepEqual(await optionsOf('migrate'), ['  --json', ...rest]);
    assert.deepEqual(await optionsOf('copy'), [
      '  --from',
      '  --from-url-file',
      '  --to',
      '  --to-url-file',
      '  --json',
      ...rest,
    ]);
    assert.deepEqual(await optionsOf('backup'), rest);
    assert.deepEqual(await optionsOf('restore'), ['  --replace', ...rest]);
    assert.deepEqual(await optionsOf('users', 'list'), ['  --limit', '  --email', '  --json', ...rest]);
    assert.deepEqual(await optionsOf('users', 'import'), [
      '  --count',
      '  --nat',
      '  --seed',
      '  --credentials',
      '  --yes',
      '  --url',
      '  --key-file',
      '  --key',
      ...rest,
    ]);
    assert.deepEqual(await optionsOf('password', 'generate'), [
      '  --length',
      '  --complexity',
      '  --count',
      '  --json',
      ...rest,
    ]);
    assert.deepEqual(await optionsOf('password', 'level'), ['  --json', ...rest]);
    assert.deepEqual(await optionsOf('password', 'scenarios'), ['  --json', ...rest]);
    assert.deepEqual(await optionsOf('connections', 'check'), ['  --json', ...rest]);
    assert.deepEqual(await optionsOf('openapi'), rest);
  });

  it('prints its version', async () => {
    for (const argv of [['--version'], ['-V']]) {
      assert.deepEqual(await guildhallWith(argv), { exitCode: 0, out: '1.2.3\n', err: '' });
    }
  });

  const WRONG: [line: string, sentence: string][] = [
    ['frobnicate', "error: unknown command 'frobnicate'"],
    ['users frobnicate', "error: unknown command 'frobnicate'"],
    ['--frobnicate', "error: unknown option '--frobnicate'"],
    ['serve --port 80', "error: unknown option '--port'"],
    ['serve now', "error: too many arguments for 'serve'. Expected 0 arguments but got 1: now."],
    ['migrate --josn', "error: unknown option '--josn'\n(Did you mean --json?)"],
    ['copy --to file:a.db', "error: required option '--from <url>' or '--from-url-file <file>' not specified"],
    ['copy --from file:a.db', "error: required option '--to <url>' or '--to-url-file <file>' not specified"],
    [
      'copy --from file:a.db --to file:b.db --to-url-file b',
      "error: option '--to-url-file <file>' cannot be used with option '--to <url>'",
    ],
    ['backup', "error: missing required argument 'file'"],
    ['backup a.db --replace', "error: unknown option '--replace'"],
    ['restore', "error: missing required argument 'file'"],
    ['openapi --json', "error: unknown option '--json'"],
    ['users list --limit', "error: option '--limit <n>' argument missing"],
    ['users list --email', "error: option '--email <address>' argument missing"],
    ...['0', '-1', '1.5', 'many', '1e3', '9999999999'].map((value): [string, string] => [
      `users list --limit=${value}`,
      `error: option '--limit <n>' argument '${value}' is invalid. It must be a whole number from 1.`,
    ]),
  ];
  for (const [line, sentence] of WRONG) {
    it(`refuses \`guildhall ${line}\` with a sentence and 2, and does nothing`, async () => {
      const expected = { exitCode: 2, out: '', err: `${sentence}\nTry \`guildhall --help\`.\n` };
      assert.deepEqual(await guildhallWith(line.split(' ')), expected);
    });
  }

  it('shows on a command that needs another what there is, and ends with 2', async () => {
    const { exitCode, out, err } = await guildhallWith(['users']);
    assert.deepEqual([exitCode, out], [2, '']);
    assert.match(err, /^Usage: guildhall users .*Commands:\n {2}list/s);
  });

  it('lists no argument that only catches a password typed by mistake', async () => {
    for (const group of ['users', 'password']) assert.doesNotMatch((await guildhallWith([group])).err, /\[none/);
  });

  it('lets no argument disturb the terminal', async () => {
    const { err } = await guildhallWith([`${ESC}[2Jboo\r\u202e`]);
    assert.equal(err.split('\n')[0], "error: unknown command '\\u001b[2Jboo\\u000d\\u202e'");
  });
});

describe('guildhall serve', () => {
  it('ends with the code the service ends with', async () => {
    for (const code of [0, 1, 2]) {
      assert.equal((await guildhallWith(['serve'], { serve: async () => code })).exitCode, code);
    }
  });

  it('empties the store first only with --reset', async () => {
    const calls: unknown[] = [];
    const serve: CliDeps['serve'] = async (options) => calls.push(options) - calls.length;
    await guildhallWith(['serve'], { serve });
    await guildhallWith(['serve', '--reset'], { serve });
    assert.deepEqual(calls, [{ wipeFirst: false }, { wipeFirst: true }]);
  });
});

describe('guildhall openapi', () => {
  it('prints the document', async () => {
    const document = { openapi: '3.1.0', paths: { '/': {} } };
    const { exitCode, out } = await guildhallWith(['openapi'], { describeApi: async () => document });
    assert.deepEqual([exitCode, JSON.parse(out)], [0, document]);
  });
});

describe('an error', () => {
  for (const [code, exitCode] of Object.entries(EXIT_CODES)) {
    it(`${code} ends with ${exitCode} and says each sentence on a line of its own`, async () => {
      const isOfPort = /^(hashing|mail|random-users|store|user-intake)[.]/.test(code);
      const error = isOfPort
        ? new PortError(code as PortErrorCode, 'First.\nSecond.')
        : new DomainError(code as DomainErrorCode, ['First.', 'Second.']);
      assert.deepEqual(await guildhallWith(['migrate'], refusing(error)), {
        exitCode,
        out: '',
        err: 'First.\nSecond.\n',
      });
    });
  }

  it('of the settings ends with 2', async () => {
    const error = new CommandFailed(['PORT is no number.', 'DOCS is no switch.'], EXIT.usage);
    const expected = { exitCode: 2, out: '', err: 'PORT is no number.\nDOCS is no switch.\n' };
    assert.deepEqual(await guildhallWith(['migrate'], refusing(error)), expected);
  });

  it('lets nothing it quotes disturb the terminal', async () => {
    const { err } = await guildhallWith(
      ['migrate'],
      refusing(new DomainError('user.invalid', `Not a name: ${ESC}[31m`)),
    );
    assert.equal(err, 'Not a name: \\u001b[31m\n');
  });

  it('that is not expected ends with 1 and shows the stack', async () => {
    const { exitCode, err } = await guildhallWith(['migrate'], refusing(new TypeError('oops')));
    assert.equal(exitCode, 1);
    assert.match(err, /^TypeError: oops\n {4}at .*run-cli[.]test[.]ts/);
  });
});
