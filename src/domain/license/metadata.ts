import { DomainError } from '../shared/domain-error.ts';
import { type Message, message } from '../shared/message.ts';

/** A vendor's own data about a license, such as an order number or a channel. Stored and never interpreted. */
export type Metadata = Readonly<Record<string, unknown>>;

/** Size as JSON in UTF-8. Unit: bytes. */
const MAX_BYTES = 16_384;
/** Levels of nesting. Far below the depth at which JSON.stringify exhausts the stack. */
const MAX_DEPTH = 32;

export const Metadata = {
  /** @throws {DomainError} license.invalid */
  parse(raw: Metadata): Metadata {
    if (!isShallow(raw)) {
      throw new DomainError(
        'license.invalid',
        message`${'metadata'} must not be nested deeper than ${MAX_DEPTH} levels.`,
      );
    }
    let hasNul = false;
    const json = JSON.stringify(raw, (key, value: unknown) => {
      hasNul ||= [key, value].some((text) => typeof text === 'string' && text.includes('\0'));
      return value;
    });
    const details: Message[] = [];
    if (bytesIn(json) > MAX_BYTES) details.push(message`${'metadata'} must be at most 16 KiB as JSON.`);
    // Not every database can store it.
    if (hasNul) details.push(message`${'metadata'} must not hold the character U+0000.`);
    if (details.length > 0) throw new DomainError('license.invalid', details);
    return raw;
  },
};

// Level by level, without recursion, so that deep input cannot exhaust the stack.
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
