const SECRET_NAME = /(?:authorization|cookie|password|token|secret|api_?key|session_?id|(?:password|token)_?hash)$/i;
const SECRET_IN_LINE =
  /(?:authorization|cookie|password|token|secret|api_?key|session_?id|(?:password|token)_?hash)":/i;

/** DEL, C1 controls, line and paragraph separators, bidirectional marks: valid in JSON, and deceptive when displayed. */
const DECEPTIVE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const EVERY_DECEPTIVE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Redacts fields of a finished JSON line that are named like a secret, at any depth. This is the second line of defence:
 * the first is not to log secrets. pino's `redact` with wildcards takes three times as long as writing the line.
 */
export const escapeLine = (line: string): string => escaped(SECRET_IN_LINE.test(line) ? redacted(line) : line);

/** Escapes characters that would act on a terminal or a collector. */
export const escaped = (text: string): string =>
  DECEPTIVE.test(text)
    ? text.replace(EVERY_DECEPTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : text;

const redacted = (line: string): string =>
  `${JSON.stringify(JSON.parse(line, (name, value) => (SECRET_NAME.test(name) ? '[secret]' : value)))}\n`;
