import { hash } from 'node:crypto';
import type { Secret } from '../../../../domain/shared/secret.ts';
import type { BreachedPasswords } from '../../../../ports/breached-passwords.ts';
import type { Clock } from '../../../../ports/clock.ts';
import { PortError } from '../../../../ports/port-error.ts';
import type { UpstreamClient } from '../upstream-client.ts';
import { invalidResponse } from '../upstream-errors.ts';

/** Hex digits of the hash that leave the server. */
const PREFIX_LENGTH = 5;
const CACHED_PREFIXES = 100;
const CACHED_MS = 3_600_000;

type Options = Readonly<{
  client: UpstreamClient;
  clock: Clock;
  /** Without an answer, a password counts as unknown. */
  failsOpen: boolean;
  /** Receives each failure. */
  onFailure?: ((error: PortError) => void) | undefined;
}>;

/** The suffixes of a prefix, as the service sent them. */
type Range = Readonly<{ text: Promise<string>; askedAtMs: number }>;

/**
 * The range API of Pwned Passwords (k-anonymity): the service receives five hex digits of a SHA-1 hash and sends the rest
 * of all hashes that begin with them. Padding hides from the network which range was sent.
 */
export class PwnedPasswords implements BreachedPasswords {
  readonly #options: Options;
  /** In the order of their requests. A range in flight is shared too. */
  readonly #ranges = new Map<string, Range>();

  constructor(options: Options) {
    this.#options = options;
  }

  async has(password: Secret): Promise<boolean> {
    const digest = hash('sha1', password.reveal(), 'hex').toUpperCase();
    try {
      return isListed(await this.#range(digest.slice(0, PREFIX_LENGTH)), digest.slice(PREFIX_LENGTH));
    } catch (cause) {
      if (!(cause instanceof PortError)) throw cause;
      this.#options.onFailure?.(cause);
      if (this.#options.failsOpen) return false;
      const messages = ['Passwords cannot be checked against breaches now. Try again in a moment.'];
      throw new PortError('upstream.unavailable', cause.message, { cause, messages, retryAfterSeconds: 5 });
    }
  }

  #range(prefix: string): Promise<string> {
    const nowMs = Date.parse(this.#options.clock.now());
    const cached = this.#ranges.get(prefix);
    // Also where the clock was set back.
    if (cached !== undefined && Math.abs(nowMs - cached.askedAtMs) < CACHED_MS) return cached.text;
    const range = { text: this.#ask(prefix), askedAtMs: nowMs };
    this.#ranges.delete(prefix);
    this.#ranges.set(prefix, range);
    const [oldest = prefix] = this.#ranges.keys();
    if (this.#ranges.size > CACHED_PREFIXES) this.#ranges.delete(oldest);
    range.text.catch(() => {
      if (this.#ranges.get(prefix) === range) this.#ranges.delete(prefix);
    });
    return range.text;
  }

  async #ask(prefix: string): Promise<string> {
    const { client } = this.#options;
    const { status, text } = await client.send({
      url: client.url(`range/${prefix}`),
      headers: { accept: 'text/plain', 'add-padding': 'true' },
    });
    if (status === 200 && LINES.test(text)) return text.toUpperCase();
    throw invalidResponse(client.service, `sent an invalid response of status ${status}`);
  }
}

const LINES = /^(?:[\dA-F]{35}:\d{1,12}(?:\r?\n|$))+$/i;

/** A count of 0 is padding. */
const isListed = (range: string, suffix: string): boolean => {
  const index = range.indexOf(`${suffix}:`);
  return index >= 0 && range[index + suffix.length + 1] !== '0';
};
