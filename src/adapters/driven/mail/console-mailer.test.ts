import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mailerContract } from '../../../../test/contracts/mailer.contract.ts';
import { ConsoleMailer } from './console-mailer.ts';

/** Splits the output at the lines that begin in the first column. */
const emailsIn = (output: string) =>
  output
    .split(/^─+\n/m)
    .filter((block) => block !== '')
    .map((block) => {
      const [id = '', to = '', subject = '', , ...text] = block.split('\n').map((line) => line.slice(2));
      return { id: id.slice(9), to: to.slice(9), subject: subject.slice(9), text: text.join('\n') };
    });

const consoleMailer = () => {
  const written: string[] = [];
  return { written, mailer: new ConsoleMailer((text) => written.push(text)) };
};

mailerContract('console', async () => {
  const { written, mailer } = consoleMailer();
  return { mailer, arrived: () => emailsIn(written.join('')), async [Symbol.asyncDispose]() {} };
});

describe('ConsoleMailer', () => {
  it('prints one block with one write', async () => {
    const { written, mailer } = consoleMailer();
    const text = 'Hello,\n\nReset token: abc\n\nGuildhall\n';
    await mailer.send({ to: 'ada@example.com', subject: 'Reset your password', text, html: '<p>Hello</p>' }, '42');
    const frame = '─'.repeat(78);
    assert.deepEqual(written, [
      `${frame}\n  Email:   42\n  To:      ada@example.com\n  Subject: Reset your password\n\n` +
        `  Hello,\n\n  Reset token: abc\n\n  Guildhall\n${frame}\n`,
    ]);
  });

  it('prints no control characters', async () => {
    const { written, mailer } = consoleMailer();
    const hostile = 'a\x1b[2J\x07\x9b31m\0\u2028\u2029\tb\rc';
    await mailer.send({ to: hostile, subject: hostile, text: hostile, html: '' }, hostile);
    assert.doesNotMatch(written.join('').replaceAll('\n', ''), /[\p{Cc}\p{Zl}\p{Zp}]/u);
  });
});
