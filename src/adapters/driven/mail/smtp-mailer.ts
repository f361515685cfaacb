import { domainToASCII } from 'node:url';
import { createTransport, type NodemailerError, type SMTPPoolOptions, type Transporter } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { Email } from '../../../domain/user/email.ts';
import type { Mail, Mailer } from '../../../ports/mailer.ts';
import { PortError } from '../../../ports/port-error.ts';
import { SMTP_TIMEOUTS, type SmtpConfig } from './smtp-config.ts';

const MAX_CONNECTIONS = 4;
const AUTHENTICATION_REQUIRED = 530;

/** Sends emails to an SMTP server, over a few connections that are kept open between emails. */
export class SmtpMailer implements Mailer {
  readonly #config: SmtpConfig;
  readonly #timeouts: Record<keyof typeof SMTP_TIMEOUTS, number>;
  readonly #messageIdDomain: string;
  readonly #transport: Transporter<unknown, SMTPPoolOptions>;

  constructor(config: SmtpConfig) {
    this.#config = config;
    this.#timeouts = { ...SMTP_TIMEOUTS, ...config.timeouts };
    this.#messageIdDomain = domainToASCII(config.from.slice(config.from.lastIndexOf('@') + 1));
    this.#transport = createTransport(this.#poolOptions());
  }

  async send(mail: Mail, id: string): Promise<void> {
    const address = recipientOf(mail);
    const signal = AbortSignal.timeout(this.#timeouts.emailMs);
    try {
      await this.#requireSmtpUtf8(address, signal);
      await this.#transport.sendMail({
        // Objects, because strings would be parsed for commas and display names.
        from: { name: this.#config.senderName, address: this.#config.from },
        to: { name: '', address },
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        encoding: 'quoted-printable',
        messageId: `<${id}@${this.#messageIdDomain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        xMailer: false,
        signal,
      });
    } catch (error) {
      throw error instanceof PortError ? error : this.#errorFrom(error as NodemailerError);
    }
  }

  /** An email that is being sent still arrives; the next one fails with `mail.unavailable`. */
  close(): void {
    this.#transport.close();
  }

  /** nodemailer sends a non-ASCII local part even to a server without SMTPUTF8, so the server is asked first. */
  async #requireSmtpUtf8(recipient: Email, signal: AbortSignal): Promise<void> {
    const [isRecipients, isSenders] = [recipient, this.#config.from].map((email) => !isAscii(Email.localPart(email)));
    if (!isRecipients && !isSenders) return;
    const { promise, resolve, reject } = Promise.withResolvers<string | false>();
    const connection = new SMTPConnection(this.#poolOptions()).once('error', reject);
    signal.addEventListener('abort', () => reject(Object.assign(new Error('Timeout'), { code: 'ETIMEDOUT' })));
    // A connection that ends before the greeting is no 'error' event.
    connection.connect((error) => (error ? reject(error) : resolve(connection.lastServerResponse)));
    const reply = await promise.finally(() => connection.close());
    if (/[ -]SMTPUTF8\b/i.test(String(reply))) return;
    const message = `${this.#address} does not support SMTPUTF8, which a non-ASCII local part requires`;
    throw new PortError(isSenders ? 'mail.unavailable' : 'mail.refused', message);
  }

  get #address(): string {
    return `${this.#config.host}:${this.#config.port}`;
  }

  #poolOptions(): SMTPPoolOptions & { pool: true } {
    const { host, port, secure, user, password, requireTls = false } = this.#config;
    const { greetingMs, replyMs, idleMs } = this.#timeouts;
    return {
      pool: true,
      host,
      port,
      secure,
      requireTLS: requireTls,
      // Where plain text is accepted, an invalid certificate is no worse. Where TLS is required, it is an error.
      tls: { minVersion: 'TLSv1.2', rejectUnauthorized: secure || requireTls },
      ...(user !== undefined && { auth: { user, pass: password?.reveal() } }),
      maxConnections: MAX_CONNECTIONS,
      maxRecipients: 1,
      // The outbox retries.
      maxRequeues: 0,
      connectionTimeout: greetingMs,
      greetingTimeout: greetingMs,
      socketTimeout: replyMs,
      idleTimeout: idleMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  /** Without the text of the reply, which may quote the email and with it a token. */
  #errorFrom(error: NodemailerError): PortError {
    if (error.response === undefined) {
      const reason = error.originalCode ?? error.code ?? 'unknown reason';
      return new PortError('mail.unavailable', `${this.#address} did not accept the email (${reason})`, {
        cause: error,
      });
    }
    const [codes = 'an invalid reply'] = /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3}\b)?/.exec(error.response) ?? [];
    const code = concernsEmail(error) ? 'mail.refused' : 'mail.unavailable';
    return new PortError(code, `${this.#address} answered ${codes} to ${error.command ?? 'the connection'}`);
  }
}

/** A permanent error for the recipient or the content. For the sender or the login it is one of the settings. */
const concernsEmail = ({ permanent, command, responseCode }: NodemailerError): boolean =>
  permanent === true && (command === 'RCPT TO' || command === 'DATA') && responseCode !== AUTHENTICATION_REQUIRED;

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

const recipientOf = ({ to }: Mail): Email => {
  try {
    return Email.parse(to);
  } catch (cause) {
    throw new PortError('mail.refused', 'The recipient is not an email address', { cause });
  }
};
