import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { processTerminal } from './process-terminal.ts';

const MAX_BYTES = 16;

/** A terminal, or pipes, at which `typed` is entered. */
const terminalWith = (typed: string | Buffer, isTTY: boolean) => {
  const stream = () => Object.assign(new PassThrough(), { isTTY });
  const [stdin, stdout, stderr] = [stream(), stream(), stream()];
  stdin.end(typed);
  const streams = { stdin, stdout: { ...stdout, hasColors: () => false }, stderr };
  const terminal = processTerminal(
    { shutdownSignal: () => new Promise(() => {}) },
    streams as unknown as Parameters<typeof processTerminal>[1],
  );
  return {
    confirm: terminal.confirm,
    read: async () => (await terminal.readSecret('Password: ', MAX_BYTES)).reveal(),
    shown: () => text(stderr.end()),
  };
};

describe('a question at a terminal', () => {
  const CTRL_D = '\u0004';

  it('is answered by yes, no or Ctrl-D, which is no', async () => {
    for (const [typed, answer] of [
      ['y\r', true],
      ['yes\r', true],
      ['\r', false],
      ['n\r', false],
      [CTRL_D, false],
    ] as const) {
      const { confirm, shown } = terminalWith(typed, true);
      assert.equal(await confirm?.('Sure?'), answer);
      assert.match(await shown(), /Sure\? \[y\/N\] .*\n$/s, 'what follows is on a line of its own');
    }
    assert.equal(terminalWith('y\n', false).confirm, undefined);
  });

  it('for a secret shows no answer, and Ctrl-D changes nothing', async () => {
    const answered = terminalWith('analytical\r', true);
    assert.equal(await answered.read(), 'analytical');
    assert.equal(await answered.shown(), 'Password: \n');
    const left = terminalWith(CTRL_D, true);
    await assert.rejects(left.read(), { message: 'Nothing was changed.', exitCode: 1 });
    assert.equal(await left.shown(), 'Password: \n');
  });
});

describe('a secret', () => {
  it('is one line, without its end', async () => {
    for (const line of ['é b c', '', ' ']) {
      for (const end of ['', '\n', '\r\n']) assert.equal(await terminalWith(`${line}${end}`, false).read(), line);
    }
    for (const typed of ['a\n\n', 'a\nb', 'a\r\n\r\n', 'a\rb', '\n\n']) {
      const message = 'The standard input must be one line.';
      await assert.rejects(terminalWith(typed, false).read(), { message, exitCode: 2 }, JSON.stringify(typed));
    }
  });

  it('is UTF-8', async () => {
    const message = 'The standard input must be UTF-8.';
    await assert.rejects(terminalWith(Buffer.from('é b c', 'latin1'), false).read(), { message, exitCode: 2 });
  });

  it('has a maximum length', async () => {
    const message = 'The standard input must not be longer than 16 bytes.';
    for (const isTTY of [true, false]) {
      assert.equal(await terminalWith(`${'é'.repeat(7)}\r\n`, isTTY).read(), 'é'.repeat(7));
      await assert.rejects(terminalWith(`${'é'.repeat(9)}\r\n`, isTTY).read(), { message, exitCode: 2 });
    }
  });
});
