import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { StoreLocation } from '../../adapters/driven/kysely/database-startup-errors.ts';
import {
  POSTGRES_FORM,
  type PostgresAddress,
  PostgresUrlError,
  postgresAddressFrom,
} from '../../adapters/driven/kysely/postgres/postgres-url.ts';
import { CommandFailed, EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { Email } from '../../domain/user/email.ts';

/** Parser of a setting. */
export type SettingType<T> = Readonly<{
  /** Summary of the valid values, for the documentation. */
  values: string;
  /** @throws {ConfigError} */
  parse(text: string, name: string): T;
}>;

/** The configuration is invalid. Each message names a setting and quotes no value: some are secret. */
export class ConfigError extends CommandFailed {
  override readonly name = 'ConfigError';

  constructor(...messages: readonly string[]) {
    super(messages, EXIT.usage);
  }
}

/** @param form completes "NAME must be" */
const type = <T>(values: string, form: string, parse: (text: string) => T | undefined): SettingType<T> => ({
  values,
  parse(text, name) {
    const value = parse(text);
    if (value === undefined) throw new ConfigError(`${name} must be ${form}.`);
    return value;
  },
});

const matching = (values: string, form: string, pattern: RegExp): SettingType<string> =>
  type(values, form, (text) => (pattern.test(text) ? text : undefined));

const asSecret = ({ values, parse }: SettingType<string>): SettingType<Secret> => ({
  values,
  parse: (text, name) => new Secret(parse(text, name)),
});

export const text: SettingType<string> = type('text', 'text', (value) => value);
export const secretText = asSecret(text);

/** A secret that a header carries as it is. */
export const bearerToken = asSecret(
  matching('a token', 'at most 1000 ASCII letters, digits and marks, without spaces', /^[!-~]{1,1000}$/),
);

export const longSecret = asSecret(
  matching(
    '32 to 512 random characters',
    '32 to 512 ASCII letters, digits and marks, without spaces',
    /^[!-~]{32,512}$/,
  ),
);

export const issuer = matching(
  'a name or a URL',
  'a name or a URL of at most 200 characters without spaces',
  /^[^\s\p{Cc}]{1,200}$/u,
);

export const brandName = matching(
  '1 to 60 characters',
  '1 to 60 characters without line breaks',
  /^(?=\S)[^\p{Cc}\p{Cs}]{1,60}(?<=\S)$/u,
);

export const emailAddress = type('an address', 'an email address such as help@example.com', (value) =>
  Email.isAddress(value) ? (value as string) : undefined,
);

export const host = type('an address', 'an address such as 127.0.0.1, 0.0.0.0 or ::1', (value) =>
  isIP(value) !== 0 || /^[a-z\d-]+(?:[.][a-z\d-]+)*$/i.test(value) ? value : undefined,
);

export const integer = (from: number, to: number): SettingType<number> =>
  type(`${from} to ${to}`, `a whole number from ${from} to ${to}`, (value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    return number >= from && number <= to ? number : undefined;
  });

/** In milliseconds. */
export const duration = (from = '1s', to = '400d'): SettingType<number> =>
  type(`${from} to ${to}`, `a time from ${from} to ${to}, such as 30s, 15m, 12h or 7d`, (value) => {
    const ms = millisecondsOf(value);
    return ms >= millisecondsOf(from) && ms <= millisecondsOf(to) ? ms : undefined;
  });

/** In milliseconds; 0: no limit. */
export const durationOrNone = (from: string, to: string): SettingType<number> =>
  type(`0s, ${from} to ${to}`, `0s, or a time from ${from} to ${to}, such as 400d`, (value) => {
    const ms = millisecondsOf(value);
    return ms === 0 || (ms >= millisecondsOf(from) && ms <= millisecondsOf(to)) ? ms : undefined;
  });

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `NaN` where the text is not a duration. */
const millisecondsOf = (value: string): number => {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  return Number(digits) * (UNITS_MS[unit] ?? Number.NaN);
};

/** In the largest unit that needs no fraction. @param ms a whole number of seconds */
export const formatDuration = (ms: number): string => {
  const [unit, size] = Object.entries(UNITS_MS).findLast(([, size]) => ms % size === 0) ?? ['s', 1_000];
  return `${ms / size}${unit}`;
};

export const oneOf = <const Word extends string>(...words: readonly Word[]): SettingType<Word> =>
  type(words.map((word) => `\`${word}\``).join(', '), `one of ${words.join(', ')}`, (value) =>
    words.find((word) => word === value),
  );

const SWITCH = oneOf('on', 'off');
export const onOff: SettingType<boolean> = {
  ...SWITCH,
  parse: (value, name) => SWITCH.parse(value, name) === 'on',
};

export const networks = type('networks', 'networks such as 10.0.0.0/8, separated by commas', (value) => {
  const list = value.split(',').flatMap((part) => part.trim() || []);
  return list.every(isNetwork) ? list : undefined;
});

const isNetwork = (network: string): boolean =>
  // An IPv4 address in a short, octal or hexadecimal form means one network here and may mean another elsewhere.
  (ipaddr.IPv4.isValidCIDRFourPartDecimal(network) || ipaddr.IPv6.isValidCIDR(network)) &&
  ipaddr.parseCIDR(network)[1] > 0;

/** `*`, or values of the header `Origin`: a scheme and a host, and a port where it is not the default. */
export const origins = type(
  'origins, or `*`',
  '*, or origins such as https://app.example, separated by commas',
  (value) => {
    const list = value.split(',').flatMap((part) => part.trim() || []);
    const origins = list.map(originOf);
    if (list.includes('*')) return list.length === 1 ? list : undefined;
    return origins.every((origin) => origin !== undefined) ? origins : undefined;
  },
);

const originOf = (text: string): string | undefined => {
  const url = URL.parse(text);
  if (url === null || url.host === '' || !/^[a-z][a-z\d+.-]*:\/\/[^/?#@*]+\/?$/i.test(text)) return undefined;
  return `${url.protocol}//${url.host.toLowerCase()}`;
};

/** A page whose address gets a fragment. */
export const pageUrl = type('a URL', 'a page such as https://example.com/reset, without a #', (value) =>
  /^https?:\/\/[^#]+$/.test(value) ? URL.parse(value)?.href : undefined,
);

const baseIn = (value: string): string | undefined => {
  const url = URL.parse(value);
  const isPlain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === '';
  return isPlain && ['http:', 'https:'].includes(url.protocol) ? value : undefined;
};

/** The address that the paths of an API are added to. */
export const baseUrl = type('a URL', 'a base such as https://api.example.com, without a user, a ? or a #', baseIn);

/** `false`: off. */
export const offOrBaseUrl = type<string | false>(
  '`off` or a URL',
  'off, or a base such as https://api.pwnedpasswords.com, without a user, a ? or a #',
  (value) => (value === 'off' ? false : baseIn(value)),
);

/** The address of this service for browsers: its paths follow. Without a slash at its end. */
export const publicUrl = type(
  'a URL',
  'an address such as https://guild.example or https://example.com/guild, without a user, a ? or a #',
  (value) => {
    const url = URL.parse(value);
    const isPlain = /^https?:\/\/[^?#@]+$/i.test(value) && url !== null;
    // A path that begins with // would name another host.
    return isPlain && !url.pathname.includes('//') ? url.href.replace(/\/$/, '') : undefined;
  },
);

export const storeUrl: SettingType<StoreLocation> = {
  values: '`file:PATH`, `postgres://…` or `memory:`',
  parse(url, name) {
    if (/^memory:$/i.test(url)) return { kind: 'memory' };
    if (/^postgres(?:ql)?:\/\//i.test(url)) return { kind: 'postgres', address: postgresAddress(url, name) };
    const path = /^file:(?:\/\/(?=\/))?(.+)$/i.exec(url)?.[1];
    if (path === undefined) throw new ConfigError(`${name} must be file:PATH, memory: or ${POSTGRES_FORM}.`);
    // SQLite's own URLs have parameters there. Kept, they would become a part of the file's name.
    if (path.includes('?')) throw new ConfigError(`${name}: a file takes no ? and no words after it.`);
    // A shell expands ~ only at the start of a word, and an environment file not at all.
    if (/^~/.test(path)) throw new ConfigError(`${name}: ~ is not expanded there; write the path of the folder.`);
    return { kind: 'sqlite', path };
  },
};

const postgresAddress = (url: string, name: string): PostgresAddress => {
  try {
    return postgresAddressFrom(url);
  } catch (error) {
    throw error instanceof PostgresUrlError ? new ConfigError(`${name} ${error.message}`) : error;
  }
};
