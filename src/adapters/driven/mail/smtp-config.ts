import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { Secret } from '../../../domain/shared/secret.ts';
import { hasControlCharacters } from '../../../domain/shared/unicode.ts';
import { Email } from '../../../domain/user/email.ts';

/** RFC 5321, 4.5.3.2. A server may scan an email before it replies to the final dot: after less, copies would be sent. */
export const SMTP_TIMEOUTS = {
  /** To connect, and to receive the greeting. */
  greetingMs: 300_000,
  /** To receive a reply: the minimum after the final dot. Other commands have five, three or two minutes. */
  replyMs: 600_000,
  /** Sum of the time-outs of all commands: a server that replies byte by byte resets every other timer. */
  emailMs: 1_800_000,
  /** Before an idle connection is closed. */
  idleMs: 5_000,
} as const;

/** Connection to the SMTP server, and the sender. */
export type SmtpConfig = Readonly<{
  host: string;
  port: number;
  /** TLS from the first byte, as in `smtps:`. */
  secure: boolean;
  user?: string;
  password?: Secret;
  /** Address of the sender. Its domain is also that of the Message-IDs. */
  from: string;
  /** Shown beside the address. */
  senderName: string;
  /** Send nothing before STARTTLS. Default: TLS if the server offers it, otherwise plain text. */
  requireTls?: boolean;
  /** Default: SMTP_TIMEOUTS. */
  timeouts?: Partial<Record<keyof typeof SMTP_TIMEOUTS, number>>;
}>;

/** Each fault is a sentence that names its setting and does not quote it. */
export type SmtpReading = Readonly<{ config: SmtpConfig }> | Readonly<{ faults: readonly string[] }>;

/**
 * Parses `smtp://user:password@host:port` (STARTTLS, port 587) or `smtps://…` (TLS from the start, port 465). User and
 * password may be percent-encoded, and must be where they contain `:`, `@`, `/`, `?`, `#` or `%`. For other hosts than
 * this one `smtp:` requires STARTTLS, so that no email and no password crosses a network in plain text.
 */
export const readSmtpConfig = (mailUrl: string, from: string, senderName: string): SmtpReading => {
  // Not nodemailer's parser, which takes a query that switches certificate checks off, and damaged percent-encoding.
  const url = URL.parse(mailUrl);
  if (url === null) {
    return {
      faults: [
        'MAIL_URL cannot be read; it looks like smtp://user:password@host:587, with special characters percent-encoded.',
      ],
    };
  }
  const host = decoded(url.hostname)?.replace(/^\[|\]$/g, '');
  const [user, password] = [decoded(url.username), decoded(url.password)];
  const defaultPort = DEFAULT_PORTS[url.protocol];
  const port = url.port === '' ? defaultPort : Number(url.port);
  const faults = [
    defaultPort === undefined && 'MAIL_URL must be console:, or begin with smtp:// or smtps://.',
    !isHost(host) && 'MAIL_URL must name a host, as in smtp://host:587.',
    port === 0 && 'MAIL_URL must name a port from 1 to 65535.',
    !['', '/'].includes(url.pathname + url.search + url.hash) && 'MAIL_URL must end after its port.',
    !isLogin(user, password) && 'MAIL_URL must hold both user and password or neither, percent-encoded.',
    !Email.isAddress(from) && 'MAIL_FROM must be an email address such as no-reply@example.com.',
  ].filter((fault) => fault !== false);
  if (faults.length > 0 || host === undefined || port === undefined) return { faults };
  return {
    config: {
      host,
      port,
      secure: url.protocol === 'smtps:',
      ...(user && password && { user, password: new Secret(password) }),
      from,
      senderName,
      requireTls: url.protocol === 'smtp:' && !isLoopback(host),
    },
  };
};

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

/** @returns `undefined`: invalid percent-encoding */
const decoded = (part: string): string | undefined => {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
};

const isHost = (host: string | undefined): boolean =>
  host !== undefined && (isIPv6(host) || /^[a-z0-9._-]+$/i.test(domainToASCII(host)));

const isLogin = (user: string | undefined, password: string | undefined): boolean =>
  user !== undefined &&
  password !== undefined &&
  (user === '') === (password === '') &&
  !hasControlCharacters(user + password);

/**
 * Whether the host is this machine, or by its name `*.localhost` (RFC 6761, 6.3) a container on it, as in the compose file.
 * @param host of a URL; an IPv6 address with or without its brackets
 */
export const isLoopback = (host: string): boolean =>
  /^(?:\[::1\]|::1|(?:.*\.)?localhost)$/i.test(host) || (isIPv4(host) && host.startsWith('127.'));
