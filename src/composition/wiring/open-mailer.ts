import type { Mailer } from '../../ports/mailer.ts';
import type { Config } from '../config/config.ts';

export type OpenMailer = Mailer & { close(): void };

/** The post that the settings name. nodemailer is loaded only where there is an SMTP server to talk to. */
export const openMailer = async ({ smtp }: Pick<Config, 'smtp'>): Promise<OpenMailer> => {
  if (smtp !== undefined) {
    const { SmtpMailer } = await import('../../adapters/driven/mail/smtp-mailer.ts');
    return new SmtpMailer(smtp);
  }
  const { ConsoleMailer } = await import('../../adapters/driven/mail/console-mailer.ts');
  const console = new ConsoleMailer();
  return { send: (mail, id) => console.send(mail, id), close: () => {} };
};
