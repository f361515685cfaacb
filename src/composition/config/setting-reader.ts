import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Secret } from '../../domain/shared/secret.ts';
import { SETTINGS, type Setting, type SettingName } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads settings one by one and keeps a sentence for each that cannot be used, so that all are told at once. */
export class SettingReader {
  readonly faults: string[] = [];
  readonly #faulty = new Set<SettingName>();
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Keeps the first fault of a setting: what follows from it is no fault of its own. Quote no value, it may be secret. */
  refuse(name: SettingName, sentence: string): void {
    if (!this.#faulty.has(name)) this.faults.push(sentence);
    this.#faulty.add(name);
  }

  /** An empty value is no value: that is how compose files leave things out. */
  text(name: SettingName): string | undefined {
    const setting: Setting = SETTINGS[name];
    const value = setting.isSecret ? this.#fromFileOr(name) : this.#env[name];
    return value === undefined || value === '' ? setting.default : value;
  }

  secret(name: SettingName): Secret | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : new Secret(value);
  }

  wholeNumber(name: SettingName, from: number, to: number): number {
    const value = this.text(name) ?? '';
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= from && number <= to) return number;
    this.refuse(name, `${name} must be a whole number from ${from} to ${to}.`);
    return from;
  }

  /** @returns milliseconds */
  duration(name: SettingName, from = '1s', to = '400d'): number {
    const ms = millisecondsOf(this.text(name) ?? '');
    if (ms >= millisecondsOf(from) && ms <= millisecondsOf(to)) return ms;
    this.refuse(name, `${name} must be a time from ${from} to ${to}, such as 30s, 15m, 12h or 7d.`);
    return millisecondsOf(from);
  }

  oneOf<const Word extends string>(name: SettingName, words: readonly Word[]): Word {
    const word = words.find((candidate) => candidate === this.text(name));
    if (word !== undefined) return word;
    this.refuse(name, `${name} must be one of ${words.join(', ')}.`);
    return words[0] as Word;
  }

  isOn(name: SettingName): boolean {
    return this.oneOf(name, ['on', 'off']) === 'on';
  }

  networks(name: SettingName): readonly string[] {
    const networks = (this.text(name) ?? '').split(',').flatMap((part) => part.trim() || []);
    if (!networks.every(isNetwork)) {
      this.refuse(name, `${name} must be networks such as 10.0.0.0/8, separated by commas.`);
    }
    return networks;
  }

  host(name: SettingName): string {
    const host = this.text(name) ?? '';
    if (isIP(host) === 0 && !/^[a-z\d-]+(?:[.][a-z\d-]+)*$/i.test(host)) {
      this.refuse(name, `${name} must be an address such as 127.0.0.1, 0.0.0.0 or ::1.`);
    }
    return host;
  }

  webPage(name: SettingName): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const url = URL.parse(value);
    if (url !== null && /^https?:\/\/[^#]+$/.test(value)) return url.href;
    this.refuse(name, `${name} must be a page such as https://example.com/reset, without a #.`);
    return undefined;
  }

  #fromFileOr(name: SettingName): string | undefined {
    const path = this.#env[`${name}_FILE`];
    if (path === undefined || path === '') return this.#env[name];
    if (this.#env[name]) this.refuse(name, `${name} and ${name}_FILE are both set; keep one.`);
    const value = contentOf(path);
    if (value === undefined) this.refuse(name, `${name}_FILE names a file that cannot be read.`);
    // Else a secret that was forgotten on its way would leave the service open, and nobody would know.
    if (value === '') this.refuse(name, `${name}_FILE names an empty file.`);
    return value;
  }
}

const contentOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
};

/** `NaN` where the text is no time. */
const millisecondsOf = (text: string): number => {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return Number(digits) * (UNITS_MS[unit] ?? Number.NaN);
};

const isNetwork = (network: string): boolean => {
  const [address = '', bits = '', ...more] = network.split('/');
  const version = isIP(address);
  const isWidth = /^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= (version === 4 ? 32 : 128);
  return version !== 0 && isWidth && more.length === 0;
};
