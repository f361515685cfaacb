import { DomainError, type DomainErrorCode } from './domain-error.ts';
import type { Message } from './message.ts';

/** One parser for each part; `undefined` for an optional part that was not given. */
type Parsers<Parts> = {
  readonly [Key in keyof Parts]: undefined extends Parts[Key] ? (() => Parts[Key]) | undefined : () => Parts[Key];
};

/**
 * Parses every part and collects the messages of all parts that failed, so that one answer names all broken rules.
 * @throws {DomainError} `code`, with the messages of all parts that failed
 */
export const collectErrors = <Parts extends object>(code: DomainErrorCode, parsers: Parsers<Parts>): Parts => {
  const parsed: Partial<Parts> = {};
  const details: (string | Message)[] = [];
  for (const key of Object.keys(parsers) as (keyof Parts)[]) {
    const parse = parsers[key];
    if (parse === undefined) continue;
    try {
      parsed[key] = parse();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      details.push(...error.details);
    }
  }
  if (details.length > 0) throw new DomainError(code, details);
  return parsed as Parts;
};

/** A parser for a part that may be missing. */
export const optional = <Raw, Parsed>(raw: Raw | undefined, parse: (raw: Raw) => Parsed): (() => Parsed) | undefined =>
  raw === undefined ? undefined : () => parse(raw);
