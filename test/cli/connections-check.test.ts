import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import type { CliDeps, CliUseCases } from '../../src/adapters/driving/cli/cli-deps.ts';
import { EXIT } from '../../src/adapters/driving/cli/exit-codes.ts';
import { runCli } from '../../src/adapters/driving/cli/run-cli.ts';
import { cliDeps } from '../../src/composition/cli/cli-deps.ts';
import { startGithubSimulator } from '../simulators/github-simulator.ts';
import { resetConnection } from '../simulators/simulator.ts';
import { startTwitterSimulator } from '../simulators/twitter-simulator.ts';
import { guildhallWith } from './guildhall-with.ts';

/** The command as it ships, between two simulated networks and a real store. */
const startTerminal = async ({ isWatched = false } = {}) => {
  const folder = await mkdtempDisposable(join(tmpdir(), 'guildhall-cli-'));
  const github = await startGithubSimulator({ dev1: ['org2', 'org1'], dev2: ['org1', 'org2'], dev3: [] });
  const twitter = await startTwitterSimulator({ dev1: ['dev2'], dev2: ['dev1'], dev3: [] });
  const env = {
    DATABASE_URL: `file:${join(folder.path, 'guildhall.db')}`,
    GITHUB_API_URL: github.baseUrl,
    TWITTER_API_URL: twitter.baseUrl,
    TWITTER_BEARER_TOKEN: twitter.bearer,
  };
  const run = async (...argv: string[]) => {
    const said = { out: '', err: '', drawn: '' };
    const deps = cliDeps(() => env);
    const bar = new PassThrough();
    bar.on('data', (text) => {
      said.drawn += text;
    });
    const exitCode = await runCli(argv, {
      ...deps,
      write: (text) => {
        said.out += text;
      },
      writeError: (text) => {
        said.err += text;
      },
      terminal: { ...deps.terminal, bar: isWatched ? (bar as unknown as NodeJS.WriteStream) : undefined },
    });
    return { ...said, exitCode };
  };
  return {
    run,
    github,
    twitter,
    async [Symbol.asyncDispose]() {
      await Promise.all([github.close(), twitter.close()]);
      await folder.remove();
    },
  };
};

describe('guildhall connections check', () => {
  it('prints text, or with --json the JSON of the server', async () => {
    await using terminal = await startTerminal();
    assert.deepEqual(await terminal.run('connections', 'check', 'dev1', 'dev2'), {
      out: 'dev1 and dev2 are connected. They share org1, org2.\n',
      err: '',
      drawn: '',
      exitCode: EXIT.done,
    });
    const json = await terminal.run('connections', 'check', 'dev1', 'dev2', '--json');
    assert.equal(json.out, '{"connected":true,"organisations":["org1","org2"]}\n');
    const apart = await terminal.run('connections', 'check', 'dev1', 'dev3');
    assert.deepEqual([apart.out, apart.exitCode], ['dev1 and dev3 are not connected.\n', EXIT.done]);
    assert.equal((await terminal.run('connections', 'check', 'dev3', 'dev1', '--json')).out, '{"connected":false}\n');
  });

  it('shows what it waits for, in a line that is empty at the end', async () => {
    await using terminal = await startTerminal({ isWatched: true });
    const { out, drawn } = await terminal.run('connections', 'check', 'dev1', 'dev2', '--json');
    const lines = drawn.split('\r\u001B[K');
    assert.ok(lines.includes('Asking github about dev1, github about dev2, twitter about dev1 and dev2 ...'));
    assert.equal(lines.at(-1), '');
    assert.equal(out, '{"connected":true,"organisations":["org1","org2"]}\n');
  });

  it('lets no answer of a network disturb the terminal', async () => {
    const checkDeveloperPair = { execute: async () => ({ connected: true, organisations: ['org\u001b[2J'] }) };
    const withStore: CliDeps['withStore'] = (_, work) => work({ checkDeveloperPair } as unknown as CliUseCases);
    const check = async (...options: string[]) =>
      (await guildhallWith(['connections', 'check', 'dev1', 'dev2', ...options], { withStore })).out;
    assert.equal(await check(), 'dev1 and dev2 are connected. They share org\\u001b[2J.\n');
    assert.equal(await check('--json'), '{"connected":true,"organisations":["org\\u001b[2J"]}\n');
  });

  const errors: [name: string, argv: string[], exitCode: number, messages: string][] = [
    [
      'an unknown developer',
      ['dev1', 'dev9'],
      EXIT.notFound,
      'dev9 is no a valid user in github\ndev9 is no a valid user in twitter\n',
    ],
    ['one developer twice', ['dev1', 'DEV1'], EXIT.refused, 'A pair takes two developers; both are dev1.\n'],
    ['no name', ['dev1', ''], EXIT.usage, "A developer's name has 1 to 300 characters.\n"],
  ];
  for (const [name, argv, exitCode, messages] of errors) {
    it(`refuses ${name} with ${exitCode}`, async () => {
      await using terminal = await startTerminal();
      const said = await terminal.run('connections', 'check', ...argv);
      assert.deepEqual([said.exitCode, said.out, said.err], [exitCode, '', messages]);
    });
  }

  it('wants two names', async () => {
    await using terminal = await startTerminal();
    assert.equal((await terminal.run('connections', 'check', 'dev1')).exitCode, EXIT.usage);
  });

  it('names the network that is down', async () => {
    await using terminal = await startTerminal();
    terminal.twitter.failAlways(resetConnection);
    const said = await terminal.run('connections', 'check', 'dev1', 'dev2');
    assert.deepEqual([said.exitCode, said.err], [EXIT.unavailable, 'Twitter cannot be reached.\n']);
  });
});
