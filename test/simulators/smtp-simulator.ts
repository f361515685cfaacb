import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type ReceivedMail = Readonly<{
  /** Of the envelope. */
  sender: string;
  recipients: readonly string[];
  isOverTls: boolean;
  /** As sent, without the dot-stuffing. */
  source: string;
  headers: readonly (readonly [name: string, value: string])[];
  text: string;
  html: string;
}>;

export type SmtpSimulator = Awaited<ReturnType<typeof startSmtpSimulator>>;

const HOST = '127.0.0.1';

/**
 * An SMTP server on a free loopback port that keeps the emails it receives.
 * @param options.login credentials; default: none are required
 * @param options.offersTls STARTTLS, with a self-signed certificate
 * @param options.hidesSmtpUtf8 no SMTPUTF8 (RFC 6531)
 */
export const startSmtpSimulator = async (
  options: Readonly<{
    login?: Readonly<{ user: string; password: string }>;
    offersTls?: boolean;
    hidesSmtpUtf8?: boolean;
  }> = {},
) => {
  const received: ReceivedMail[] = [];
  /** Error replies in place of success. */
  const answers: { toSender?: Error; toRecipient?: Error; toMessage?: Error } = {};
  let connections = 0;
  /** Connections that have sent a message and wait for the reply. */
  const held = new Set<string>();
  let gate: PromiseWithResolvers<void> | undefined;

  const serverOptions = (): SMTPServerOptions => ({
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 1,
    disabledCommands: options.offersTls ? [] : ['STARTTLS'],
    hideSMTPUTF8: options.hidesSmtpUtf8 ?? false,
    allowInsecureAuth: true,
    authOptional: options.login === undefined,
    onAuth({ username, password }, _session, done) {
      const isRight = username === options.login?.user && password === options.login?.password;
      if (isRight) done(null, { user: username });
      else done(smtpAnswer(535, '5.7.8 Authentication failed'));
    },
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onClose({ id }) {
      held.delete(id);
    },
    onMailFrom: (_address, _session, done) => done(answers.toSender),
    onRcptTo: (_address, _session, done) => done(answers.toRecipient),
    async onData(stream, { id, envelope, secure }, done) {
      // A killed client disconnects within a message.
      const source = await textOf(stream).catch(() => undefined);
      if (source === undefined) return done(smtpAnswer(451, '4.3.0 Message cut short'));
      if (gate !== undefined) {
        held.add(id);
        await gate.promise;
        // The client disconnected before the reply: nothing was delivered.
        if (!held.delete(id)) return done();
      }
      if (answers.toMessage !== undefined) return done(answers.toMessage);
      const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
      const recipients = envelope.rcptTo.map(({ address }) => address);
      received.push({ sender, recipients, isOverTls: secure, source, ...read(source) });
      done();
    },
  });

  let server: SMTPServer;
  const listen = async (port: number): Promise<number> => {
    server = new SMTPServer(serverOptions());
    // A client may disconnect at any time.
    server.on('error', () => {});
    await once(server.listen(port, HOST), 'listening');
    return (server.server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    if (!server.server.listening) return;
    // The callback of close() is called before the last connections have ended.
    const closed = once(server.server, 'close');
    server.close();
    await closed;
  };
  const port = await listen(0);

  return {
    host: HOST,
    port,
    received,
    answers,
    /** Receives messages without a reply until `resume`. */
    hold() {
      gate ??= Promise.withResolvers();
    },
    resume() {
      gate?.resolve();
      gate = undefined;
    },
    /** Number of connections that wait for a reply. */
    waiting: () => held.size,
    /** Number of connections so far. */
    connections: () => connections,
    /** Closes all connections and the listener. */
    stop,
    /** Listens at the same `port` again. */
    async start() {
      await listen(port);
    },
    [Symbol.asyncDispose]: stop,
  };
};

export const smtpAnswer = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

const read = (source: string): Pick<ReceivedMail, 'headers' | 'text' | 'html'> => {
  const { headers, body } = split(source);
  const boundary = /^multipart\/alternative;.*boundary="?([^";]+)/i.exec(headerOf(headers, 'Content-Type'))?.[1];
  const parts =
    boundary === undefined
      ? []
      : body
          .split(`--${boundary}`)
          .slice(1, -1)
          .map((part) => split(part.slice(2)));
  const content = (type: string): string => {
    const part = parts.find(({ headers }) => headerOf(headers, 'Content-Type').startsWith(type));
    return part === undefined ? '' : fromQuotedPrintable(part.body.replace(/\r\n$/, '')).replaceAll('\r\n', '\n');
  };
  return { headers, text: content('text/plain'), html: content('text/html') };
};

const split = (source: string): Readonly<{ headers: ReceivedMail['headers']; body: string }> => {
  const end = source.indexOf('\r\n\r\n');
  const lines = source
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n');
  const headers = lines.map((line) => {
    const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? ['', line];
    return [name, fromEncodedWords(value)] as const;
  });
  return { headers, body: source.slice(end + 4) };
};

const headerOf = (headers: ReceivedMail['headers'], name: string): string =>
  headers.find(([candidate]) => candidate === name)?.[1] ?? '';

/** RFC 2047, as far as one sender uses it. */
const fromEncodedWords = (value: string): string =>
  value.replace(/\?=\s+(?==\?)/g, '?=').replace(/(?:=\?UTF-8\?[QB]\?[^?]*\?=)+/gi, (words) => {
    const bytes = [...words.matchAll(/=\?UTF-8\?([QB])\?([^?]*)\?=/gi)].map(([, code = '', word = '']) =>
      code.toUpperCase() === 'B' ? Buffer.from(word, 'base64') : quotedBytes(word.replaceAll('_', ' ')),
    );
    return Buffer.concat(bytes).toString();
  });

const fromQuotedPrintable = (body: string): string => quotedBytes(body.replace(/=\r\n/g, '')).toString();

const quotedBytes = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
