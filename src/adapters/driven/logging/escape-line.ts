/** The end of a name, by itself or in a line. */
const SECRET = /(?:authorization|cookie|password|token|secret|api_?key|session_?id|(?:password|token)_?hash)(?:":|$)/i;

/** DEL, C1 controls, line and paragraph separators, bidirectional marks: valid in JSON, and deceptive when displayed. */
const DECEPTIVE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Redacts fields of a finished JSON line that are named like a secret, at any depth. This is the second line of defence:
 * the first is not to log secrets. pino's `redact` with wildcards takes three times as long as writing the line.
 */
export const escapeLine = (line: string): string => escaped(SECRET.test(line) ? redacted(line) : line);

/** Escapes characters that would act on a terminal or a collector. */
export const escaped = (text: string): string =>
  text.replace(DECEPTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const redacted = (line: string): string =>
  `${JSON.stringify(JSON.parse(line, (name, value) => (SECRET.test(name) ? '[secret]' : value)))}\n`;
