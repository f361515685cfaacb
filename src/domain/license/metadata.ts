import { DomainError } from '../shared/domain-error.ts';

/** What a vendor wants to remember with a license: an order number, a channel. We keep it and never read it. */
export type Metadata = Readonly<Record<string, unknown>>;

/** As JSON in UTF-8. Unit: bytes. */
const MAX_BYTES = 16_384;
/** Deeper than anybody nests on purpose, and far from where writing JSON exhausts the stack. */
const MAX_DEPTH = 32;

export const Metadata = {
  /** @throws {DomainError} license.invalid */
  parse(raw: Metadata): Metadata {
    if (!isShallow(raw)) {
      throw new DomainError('license.invalid', `metadata must not be nested deeper than ${MAX_DEPTH} levels.`);
    }
    const json = JSON.stringify(raw);
    const messages: string[] = [];
    if (bytesIn(json) > MAX_BYTES) messages.push('metadata must be at most 16 KiB as JSON.');
    // A database may have no way to keep it, and nobody has a use for it.
    if (json.includes('\\u0000')) messages.push('metadata must not hold the character U+0000.');
    if (messages.length > 0) throw new DomainError('license.invalid', messages);
    return raw;
  },
};

// Level by level and not by recursion: thirty thousand brackets must not exhaust the stack either.
const isShallow = (root: object): boolean => {
  let level: object[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= MAX_DEPTH) return false;
    level = level.flatMap((node) => Object.values(node).filter((child) => typeof child === 'object' && child !== null));
  }
  return true;
};

const bytesIn = (text: string): number => {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
  }
  return bytes;
};
