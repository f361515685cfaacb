import secureJson from 'secure-json-parse';
import { RequestError } from './request-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * JSON that means one thing to every parser: UTF-8 without a byte order mark, no key twice, no lone surrogate, no key
 * that reaches into prototypes. An empty body is no value.
 * @throws {RequestError} request.invalid
 */
export const parseStrictJson = (body: Buffer): unknown => {
  if (body.length === 0) return undefined;
  const text = decode(body);
  const value = parse(text);
  if (hasDoubleKeys(text, value)) throw new RequestError('request.invalid', 'The body has a key twice.');
  if (/\\u[dD][89abAB]/.test(text)) mustBeWellFormed(value);
  return value;
};

const decode = (body: Buffer): string => {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch (cause) {
    throw new RequestError('request.invalid', 'The body is not UTF-8.', { cause });
  }
  if (text.startsWith('\uFEFF')) throw new RequestError('request.invalid', 'The body begins with a byte order mark.');
  return text;
};

const parse = (text: string): unknown => {
  try {
    return secureJson.parse(text, null, { protoAction: 'error', constructorAction: 'error' });
  } catch (cause) {
    // The parser's own message quotes the text, and the text may be a password.
    throw new RequestError('request.invalid', 'The body is not well-formed JSON.', { cause });
  }
};

// JSON.parse keeps the last of two equal keys. Outside strings each key has one colon, so fewer keys than colons tell.
const hasDoubleKeys = (text: string, value: unknown): boolean => colonsOutsideStrings(text) !== keysIn(value);

const colonsOutsideStrings = (text: string): number => {
  let colons = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isInString && character === '\\') index += 1;
    else if (character === '"') isInString = !isInString;
    else if (character === ':' && !isInString) colons += 1;
  }
  return colons;
};

const keysIn = (value: unknown): number => {
  let keys = 0;
  for (const node of objectsIn(value)) if (!Array.isArray(node)) keys += Object.keys(node).length;
  return keys;
};

const mustBeWellFormed = (value: unknown): void => {
  const texts = [[value], ...objectsIn(value)].flatMap((node) => [...Object.keys(node), ...Object.values(node)]);
  if (texts.some((text) => typeof text === 'string' && !text.isWellFormed())) {
    throw new RequestError('request.invalid', 'The body has ill-formed Unicode: half of a surrogate pair.');
  }
};

// By hand and not by recursion: a body of 30,000 brackets must not exhaust the stack.
function* objectsIn(value: unknown): Generator<object> {
  const waiting = [value];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== 'object' || node === null) continue;
    yield node;
    for (const child of Object.values(node)) waiting.push(child);
  }
}
