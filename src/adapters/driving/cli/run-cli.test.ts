import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UNUSED } from '../../../../test/cli/unused-deps.ts';
import { DomainError, type DomainErrorCode } from '../../../domain/shared/domain-error.ts';
import { PortError, type PortErrorCode } from '../../../ports/port-error.ts';
import type { CliDeps } from './cli-deps.ts';
import { CommandFailed } from './command-failed.ts';
import { EXIT, EXIT_CODES } from './exit-codes.ts';
import { runCli } from './run-cli.ts';

const ESC = '\u001b';

/** Runs `guildhall <argv>` with what the test hands in; whatever else a command reaches for fails the test. */
const guildhall = async (argv: readonly string[], deps: Partial<CliDeps> = {}) => {
  let [out, err] = ['', ''];
  const unexpected = async () => assert.fail('this command has no business here');
  const exitCode = await runCli(argv, {
    version: '1.2.3',
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      err += text;
    },
    ...UNUSED,
    serve: unexpected,
    migrate: unexpected,
    describeApi: unexpected,
    withUseCases: unexpected,
    withDeveloperPairs: unexpected,
    withLicenses: unexpected,
    verifyLicenseFile: unexpected,
    ...deps,
  });
  return { exitCode, out, err };
};

const refusing = (error: Error): Partial<CliDeps> => ({ migrate: () => Promise.reject(error) });

describe('guildhall', () => {
  it('lists exactly the commands there are, asked for help or for nothing', async () => {
    for (const argv of [['--help'], ['-h'], ['help'], []]) {
      const { exitCode, out, err } = await guildhall(argv);
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
            'connections',
            'license',
            'keys',
            'openapi',
            'help',
          ],
          '',
        ],
      );
    }
  });

  it('lists what each command can do', async () => {
    const optionsOf = async (...argv: string[]) =>
      (await guildhall([...argv, '--help'])).out.match(/^ {2}.*?--[a-z-]+/gm);
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

  it('tells its version', async () => {
    for (const argv of [['--version'], ['-V']]) {
      assert.deepEqual(await guildhall(argv), { exitCode: 0, out: '1.2.3\n', err: '' });
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
      assert.deepEqual(await guildhall(line.split(' ')), expected);
    });
  }

  it('shows on a command that needs another what there is, and ends with 2', async () => {
    const { exitCode, out, err } = await guildhall(['users']);
    assert.deepEqual([exitCode, out], [2, '']);
    assert.match(err, /^Usage: guildhall users .*Commands:\n {2}list/s);
  });

  it('lets no argument disturb the terminal', async () => {
    const { err } = await guildhall([`${ESC}[2Jboo\r\u202e`]);
    assert.equal(err.split('\n')[0], "error: unknown command '\\u001b[2Jboo\\u000d\\u202e'");
  });
});

describe('guildhall serve', () => {
  it('ends with the code the service ends with', async () => {
    for (const code of [0, 1, 2]) {
      assert.equal((await guildhall(['serve'], { serve: async () => code })).exitCode, code);
    }
  });

  it('empties the store first only where --reset says so', async () => {
    const wishes: unknown[] = [];
    const serve: CliDeps['serve'] = async (wish) => wishes.push(wish) - wishes.length;
    await guildhall(['serve'], { serve });
    await guildhall(['serve', '--reset'], { serve });
    assert.deepEqual(wishes, [{ wipeFirst: false }, { wipeFirst: true }]);
  });
});

describe('guildhall migrate', () => {
  const migrate = async () => ['0001-users', '0002-more'];

  it('tells the steps taken, for people and for scripts', async () => {
    assert.equal((await guildhall(['migrate'], { migrate })).out, 'Done: 0001-users\nDone: 0002-more\n');
    assert.equal((await guildhall(['migrate', '--json'], { migrate })).out, '["0001-users","0002-more"]\n');
  });

  it('tells where there was nothing to do', async () => {
    const done = { migrate: async () => [] };
    const out = 'The store is up to date.\n';
    assert.deepEqual(await guildhall(['migrate'], done), { exitCode: 0, out, err: '' });
    assert.equal((await guildhall(['migrate', '--json'], done)).out, '[]\n');
  });
});

describe('guildhall copy', () => {
  const copied = [
    { kind: 'users', count: 1203 },
    { kind: 'password_resets', count: 0 },
  ];

  it('tells how many of each came over, for people and for scripts', async () => {
    const asked: unknown[] = [];
    const copy: CliDeps['copy'] = async (stores) => {
      asked.push(stores);
      return copied;
    };
    const argv = ['copy', '--from', 'file:a.db', '--to', 'file:b.db'];
    const { exitCode, out } = await guildhall(argv, { copy });
    assert.deepEqual(
      [exitCode, out],
      [0, 'users                 1203\npassword_resets          0\nCopied; both stores count the same.\n'],
    );
    const json = await guildhall([...argv, '--json'], { copy });
    assert.deepEqual(JSON.parse(json.out), { users: 1203, password_resets: 0 });
    assert.deepEqual(asked, Array(2).fill({ from: { url: 'file:a.db' }, to: { url: 'file:b.db' } }));
  });

  it('reads an address from a file, where it holds a password that nobody else should see', async () => {
    const asked: unknown[] = [];
    const copy: CliDeps['copy'] = async (stores) => {
      asked.push(stores);
      return copied;
    };
    await guildhall(['copy', '--from', 'file:a.db', '--to-url-file', 'secret'], { copy });
    await guildhall(['copy', '--from-url-file', '/dev/stdin', '--to', 'file:b.db'], { copy });
    assert.deepEqual(asked, [
      { from: { url: 'file:a.db' }, to: { urlFile: 'secret' } },
      { from: { urlFile: '/dev/stdin' }, to: { url: 'file:b.db' } },
    ]);
  });

  it('says what did not come over, and fails', async () => {
    const sentences = ['Of 4 attempts, 3 came over.', 'Of 2 users, 1 came over.'];
    const copy = () => Promise.reject(new PortError('store-copy.incomplete', 'less', { sentences }));
    assert.deepEqual(await guildhall(['copy', '--from', 'a', '--to', 'b'], { copy }), {
      exitCode: 1,
      out: '',
      err: `${sentences.join('\n')}\n`,
    });
  });
});

describe('guildhall backup', () => {
  it('tells where the copy is', async () => {
    const files: string[] = [];
    const backUp: CliDeps['backUp'] = async (file) => void files.push(file);
    const { exitCode, out } = await guildhall(['backup', 'copy.db'], { backUp });
    assert.deepEqual([exitCode, files], [0, ['copy.db']]);
    assert.equal(out, 'The store is backed up to copy.db, and the copy is sound.\n');
  });
});

describe('guildhall restore', () => {
  it('replaces a store only where --replace says so, and tells where the old one is', async () => {
    const wishes: unknown[] = [];
    const restore: CliDeps['restore'] = async (wish) => {
      wishes.push(wish);
      return wish.replaces ? 'old.db' : undefined;
    };
    const done = 'The store is as it was when copy.db was written.\n';
    assert.equal((await guildhall(['restore', 'copy.db'], { restore })).out, done);
    const replaced = await guildhall(['restore', 'copy.db', '--replace'], { restore });
    assert.equal(replaced.out, `${done}The store that was there is kept as old.db.\n`);
    assert.deepEqual(wishes, [
      { from: 'copy.db', replaces: false },
      { from: 'copy.db', replaces: true },
    ]);
  });
});

describe('guildhall openapi', () => {
  it('prints the document', async () => {
    const document = { openapi: '3.1.0', paths: { '/': {} } };
    const { exitCode, out } = await guildhall(['openapi'], { describeApi: async () => document });
    assert.deepEqual([exitCode, JSON.parse(out)], [0, document]);
  });
});

describe('a refusal', () => {
  for (const [code, exitCode] of Object.entries(EXIT_CODES)) {
    it(`${code} ends with ${exitCode} and says each sentence on a line of its own`, async () => {
      const isOfPort = /^(hashing|mail|random-users|store|user-intake)[.]/.test(code);
      const error = isOfPort
        ? new PortError(code as PortErrorCode, 'First.\nSecond.')
        : new DomainError(code as DomainErrorCode, ['First.', 'Second.']);
      assert.deepEqual(await guildhall(['migrate'], refusing(error)), { exitCode, out: '', err: 'First.\nSecond.\n' });
    });
  }

  it('of the settings ends with 2', async () => {
    const error = new CommandFailed(['PORT is no number.', 'DOCS is no switch.'], EXIT.usage);
    const expected = { exitCode: 2, out: '', err: 'PORT is no number.\nDOCS is no switch.\n' };
    assert.deepEqual(await guildhall(['migrate'], refusing(error)), expected);
  });

  it('lets nothing it quotes disturb the terminal', async () => {
    const { err } = await guildhall(['migrate'], refusing(new DomainError('user.invalid', `Not a name: ${ESC}[31m`)));
    assert.equal(err, 'Not a name: \\u001b[31m\n');
  });

  it('that nobody foresaw ends with 1 and tells the place, for whoever reports it', async () => {
    const { exitCode, err } = await guildhall(['migrate'], refusing(new TypeError('oops')));
    assert.equal(exitCode, 1);
    assert.match(err, /^TypeError: oops\n {4}at .*run-cli[.]test[.]ts/);
  });
});
