import { createHash } from 'node:crypto';
import { type SimulatedResponse, type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';

/** Lines of a padded response. */
const PADDED_LINES = 800;

export type PwnedPasswordsSimulator = Simulator & {
  /** Adds a password that was found in so many breaches. */
  breach(password: string, count?: number): void;
};

export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();

/**
 * The range API of Pwned Passwords: the suffixes of all hashes with a prefix, each with its count, by lines that end with
 * CR and LF. Padding adds suffixes with the count 0.
 */
export const startPwnedPasswordsSimulator = async (
  passwords: readonly string[] = ['password'],
  options: SimulatorOptions = {},
): Promise<PwnedPasswordsSimulator> => {
  const counts = new Map<string, number>();
  const breach = (password: string, count = 3) => void counts.set(sha1(password), count);
  for (const password of passwords) breach(password);

  const simulator = await startSimulator(({ method, url, headers }): SimulatedResponse => {
    const [, prefix = ''] = /^\/range\/([\dA-F]{5})$/i.exec(url.pathname) ?? [];
    if (method !== 'GET' || prefix === '') return { status: 400, text: 'The hash prefix was not in a valid format' };
    const found = [...counts].filter(([digest]) => digest.startsWith(prefix.toUpperCase()));
    const lines = found.map(([digest, count]) => `${digest.slice(5)}:${count}`);
    // The real list has hundreds of suffixes for every prefix.
    for (let n = 0; n < 3; n += 1) lines.push(`${sha1(`${prefix} real ${n}`).slice(5)}:${n + 1}`);
    const isPadded = headers['add-padding'] === 'true';
    for (let n = lines.length; isPadded && n < PADDED_LINES; n += 1) {
      lines.push(`${sha1(`${prefix} padding ${n}`).slice(5)}:0`);
    }
    return { status: 200, headers: { 'content-type': 'text/plain' }, text: lines.sort().join('\r\n') };
  }, options);
  return Object.assign(simulator, { breach });
};
