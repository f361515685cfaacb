import type { Mail, Mailer } from '../../../ports/mailer.ts';

const UNPRINTABLE = /[^\P{Cc}\n]|\p{Zl}|\p{Zp}/gu;
const FRAME = '─'.repeat(78);

/** The post of a developer's desk: every mail appears on the console, in one piece. */
export class ConsoleMailer implements Mailer {
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void = (text) => void process.stdout.write(text)) {
    this.#write = write;
  }

  async send(mail: Mail, id: string): Promise<void> {
    const lines = [
      `Mail:    ${onOneLine(id)}`,
      `To:      ${onOneLine(mail.to)}`,
      `Subject: ${onOneLine(mail.subject)}`,
      '',
      ...printable(mail.text).trimEnd().split('\n'),
    ];
    // Only the frame stands at the left edge, so no text can look like the end of its mail or the start of another.
    this.#write(`${FRAME}\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n${FRAME}\n`);
  }
}

const printable = (text: string): string => text.replace(/\r\n?/g, '\n').replace(UNPRINTABLE, ' ');

const onOneLine = (text: string): string => printable(text).replaceAll('\n', ' ');
