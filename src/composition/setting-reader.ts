import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Secret } from '../domain/shared/secret.ts';
import { SETTINGS, type Setting, type SettingName } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads settings one by one and keeps a sentence for each that cannot be used, so that all are told at once. */
export class SettingReader {
  readonly faults: string[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
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
    this.faults.push(`${name} must be a whole number from ${from} to ${to}.`);
    return from;
  }

  /** @returns milliseconds */
  duration(name: SettingName): number {
    const [, digits = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(this.text(name) ?? '') ?? [];
    const ms = Number(digits) * (UNITS_MS[unit] ?? 0);
    if (ms > 0) return ms;
    this.faults.push(`${name} must be a time such as 30s, 15m, 12h or 7d.`);
    return 1;
  }

  oneOf<const Word extends string>(name: SettingName, words: readonly Word[]): Word {
    const word = words.find((candidate) => candidate === this.text(name));
    if (word !== undefined) return word;
    this.faults.push(`${name} must be one of ${words.join(', ')}.`);
    return words[0] as Word;
  }

  isOn(name: SettingName): boolean {
    return this.oneOf(name, ['on', 'off']) === 'on';
  }

  networks(name: SettingName): readonly string[] {
    const networks = (this.text(name) ?? '').split(',').flatMap((part) => part.trim() || []);
    const bad = networks.filter((network) => !isNetwork(network));
    if (bad.length > 0) this.faults.push(`${name} must be networks such as 10.0.0.0/8, separated by commas.`);
    return networks;
  }

  webPage(name: SettingName): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const url = URL.parse(value);
    if (url === null || !['http:', 'https:'].includes(url.protocol) || url.hash !== '') {
      this.faults.push(`${name} must be a page such as https://example.com/reset, without a #.`);
    }
    return value;
  }

  #fromFileOr(name: SettingName): string | undefined {
    const path = this.#env[`${name}_FILE`];
    if (path === undefined || path === '') return this.#env[name];
    if (this.#env[name]) this.faults.push(`${name} and ${name}_FILE are both set; keep one.`);
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      this.faults.push(`${name}_FILE names a file that cannot be read.`);
      return undefined;
    }
  }
}

const isNetwork = (network: string): boolean => {
  const [address = '', bits = ''] = network.split('/', 2);
  const version = isIP(address);
  return version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128) && Number(bits) > 0;
};
