import { domainToASCII } from 'node:url';
import { createTransport, type NodemailerError, type SMTPPoolOptions, type Transporter } from 'nodemailer';
import { Email } from '../../../domain/user/email.ts';
import type { Mail, Mailer } from '../../../ports/mailer.ts';
import { PortError } from '../../../ports/port-error.ts';
import type { SmtpConfig } from './smtp-config.ts';

const SENDER_NAME = 'Guildhall';
const MOST_CONNECTIONS = 4;
const TIMEOUT_MS = 10_000;
/** A server that answers drop by drop resets every other clock; a whole letter may take this many waits. */
const WAITS_PER_LETTER = 3;
const AUTHENTICATION_REQUIRED = 530;

/** Hands letters to an SMTP server, over a few connections that stay open while there is more to send. */
export class SmtpMailer implements Mailer {
  readonly #config: SmtpConfig;
  readonly #timeoutMs: number;
  readonly #messageIdDomain: string;
  readonly #transport: Transporter<unknown, SMTPPoolOptions>;

  constructor(config: SmtpConfig) {
    this.#config = config;
    this.#timeoutMs = config.timeoutMs ?? TIMEOUT_MS;
    this.#messageIdDomain = domainToASCII(config.from.slice(config.from.lastIndexOf('@') + 1));
    this.#transport = createTransport(this.#poolOptions());
  }

  async send(mail: Mail, id: string): Promise<void> {
    const address = recipient(mail.to);
    try {
      await this.#transport.sendMail({
        // Objects and not text: text would be parsed for commas and display names.
        from: { name: SENDER_NAME, address: this.#config.from },
        to: { name: '', address },
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        encoding: 'quoted-printable',
        messageId: `<${id}@${this.#messageIdDomain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        xMailer: false,
        signal: AbortSignal.timeout(WAITS_PER_LETTER * this.#timeoutMs),
      });
    } catch (error) {
      throw this.#spoken(error as NodemailerError);
    }
  }

  /** A letter under way still arrives; the next one is told `mail.unavailable`. */
  close(): void {
    this.#transport.close();
  }

  #poolOptions(): SMTPPoolOptions & { pool: true } {
    const { host, port, secure, user, password, requireTls = false } = this.#config;
    return {
      pool: true,
      host,
      port,
      secure,
      requireTLS: requireTls,
      // Where plain text would do, an unproven certificate is no worse; where TLS is wanted, it is no TLS.
      tls: { minVersion: 'TLSv1.2', rejectUnauthorized: secure || requireTls },
      ...(user !== undefined && { auth: { user, pass: password?.reveal() } }),
      maxConnections: MOST_CONNECTIONS,
      maxRecipients: 1,
      // Patience is the outbox's.
      maxRequeues: 0,
      dnsTimeout: this.#timeoutMs,
      connectionTimeout: this.#timeoutMs,
      greetingTimeout: this.#timeoutMs,
      socketTimeout: this.#timeoutMs,
      idleTimeout: this.#timeoutMs / 2,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  /**
   * The server's own words stay out: they may quote the letter, and with it a token. Its numbers say enough.
   */
  #spoken(error: NodemailerError): PortError {
    const { host, port } = this.#config;
    if (error.response === undefined) {
      const reason = error.originalCode ?? error.code ?? 'unknown reason';
      return new PortError('mail.unavailable', `${host}:${port} did not take the mail (${reason})`, { cause: error });
    }
    const [numbers = 'nonsense'] = /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3}\b)?/.exec(error.response) ?? [];
    const code = isAboutTheLetter(error) ? 'mail.refused' : 'mail.unavailable';
    return new PortError(code, `${host}:${port} answered ${numbers} to ${error.command ?? 'the connection'}`);
  }
}

/** A "never" to the recipient or the text. To our sender or our login it is a setting that somebody will mend. */
const isAboutTheLetter = ({ permanent, command, responseCode }: NodemailerError): boolean =>
  permanent === true && (command === 'RCPT TO' || command === 'DATA') && responseCode !== AUTHENTICATION_REQUIRED;

const recipient = (to: string): Email => {
  try {
    return Email.parse(to);
  } catch (cause) {
    throw new PortError('mail.refused', 'The recipient is not an e-mail address', { cause });
  }
};
