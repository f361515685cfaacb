import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { Secret } from '../../../domain/shared/secret.ts';
import { hasControlCharacters } from '../../../domain/shared/unicode.ts';
import { Email } from '../../../domain/user/email.ts';

/** Where mail is handed over, and in whose name. */
export type SmtpConfig = Readonly<{
  host: string;
  port: number;
  /** TLS from the first byte, as in `smtps:`. */
  secure: boolean;
  user?: string;
  password?: Secret;
  /** Address of the sender; its domain also names the letters. */
  from: string;
  /** Hand nothing over before STARTTLS. Without it TLS is used if offered, and plain text if not. */
  requireTls?: boolean;
  /** Longest wait for the connection, the greeting and each answer. Unit: milliseconds; default 10 000. */
  timeoutMs?: number;
}>;

/** The faults are messages, each naming its setting and none quoting it. */
export type SmtpReading = Readonly<{ config: SmtpConfig }> | Readonly<{ faults: readonly string[] }>;

/**
 * Reads `smtp://user:password@host:port` (STARTTLS, port 587) or `smtps://…` (TLS from the start, port 465). User and
 * password may be percent-encoded, and must be so where they hold `:`, `@`, `/`, `?`, `#` or `%`. Off this machine
 * `smtp:` requires STARTTLS, so that no letter and no password crosses a network in the clear.
 */
export const readSmtpConfig = (mailUrl: string, from: string): SmtpReading => {
  const url = URL.parse(mailUrl);
  if (url === null) {
    return {
      faults: [
        'MAIL_URL cannot be read; it looks like smtp://user:password@host:587, with special characters percent-encoded.',
      ],
    };
  }
  const [host, user, password] = [
    decoded(url.hostname)?.replace(/^\[|\]$/g, ''),
    decoded(url.username),
    decoded(url.password),
  ];
  const usualPort = USUAL_PORTS[url.protocol];
  const port = url.port === '' ? usualPort : Number(url.port);
  const faults = [
    usualPort === undefined && 'MAIL_URL must begin with smtp:// or smtps://.',
    !isHost(host) && 'MAIL_URL must name a host, as in smtp://host:587.',
    port === 0 && 'MAIL_URL must name a port from 1 to 65535.',
    !['', '/'].includes(url.pathname + url.search + url.hash) && 'MAIL_URL must end after its port.',
    !isSoundLogin(user, password) && 'MAIL_URL must hold both user and password or neither, percent-encoded.',
    !isSender(from) && 'MAIL_FROM must be an e-mail address such as no-reply@example.com.',
  ].filter((fault) => fault !== false);
  if (faults.length > 0 || host === undefined || port === undefined) return { faults };
  return {
    config: {
      host,
      port,
      secure: url.protocol === 'smtps:',
      ...(user && password && { user, password: new Secret(password) }),
      from,
      requireTls: url.protocol === 'smtp:' && !isThisMachine(host),
    },
  };
};

const USUAL_PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

/** `undefined`: not percent-encoding. */
const decoded = (part: string): string | undefined => {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
};

const isHost = (host: string | undefined): boolean =>
  host !== undefined && (isIPv6(host) || /^[a-z0-9._-]+$/i.test(domainToASCII(host)));

const isSoundLogin = (user: string | undefined, password: string | undefined): boolean =>
  user !== undefined &&
  password !== undefined &&
  (user === '') === (password === '') &&
  !hasControlCharacters(user + password);

const isSender = (from: string): boolean => {
  try {
    Email.parse(from);
    return true;
  } catch {
    return false;
  }
};

const isThisMachine = (host: string): boolean =>
  host === '::1' || /(?:^|\.)localhost$/i.test(host) || (isIPv4(host) && host.startsWith('127.'));
