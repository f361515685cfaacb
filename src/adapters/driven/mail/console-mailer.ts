import type { Mail, Mailer } from '../../../ports/mailer.ts';

const UNPRINTABLE = /[^\P{Cc}\n]|\p{Zl}|\p{Zp}/gu;
const FRAME = '─'.repeat(78);

/** Prints every email to standard output, for development. */
export class ConsoleMailer implements Mailer {
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void = (text) => void process.stdout.write(text)) {
    this.#write = write;
  }

  async send(mail: Mail, id: string): Promise<void> {
    const lines = [
      `Email:   ${onOneLine(id)}`,
      `To:      ${onOneLine(mail.to)}`,
      `Subject: ${onOneLine(mail.subject)}`,
      '',
      ...printable(mail.text).trimEnd().split('\n'),
    ];
    // Only the frame begins in the first column, so no text can look like the end of its email or the start of another.
    this.#write(`${FRAME}\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n${FRAME}\n`);
  }
}

const printable = (text: string): string => text.replace(/\r\n?/g, '\n').replace(UNPRINTABLE, ' ');

const onOneLine = (text: string): string => printable(text).replaceAll('\n', ' ');
