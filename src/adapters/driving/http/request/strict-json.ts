import secureJson from 'secure-json-parse';
import { RequestError } from '../errors/request-error.ts';
import { nameOf } from './name-of.ts';
import { decodeUtf8 } from './strict-utf8.ts';

/**
 * JSON that means one thing to every parser: UTF-8 without a byte order mark, no key twice, no lone surrogate, no key
 * that reaches into prototypes. An empty body is no value.
 * @throws {RequestError} request.invalid
 */
export const parseStrictJson = (body: Buffer): unknown => {
  if (body.length === 0) return undefined;
  const text = decodeUtf8(body);
  const value = parse(text);
  if (colonsIn(text) !== keysIn(value)) mustHaveEachKeyOnce(text);
  if (text.includes('\\') && /\\u[dD][89a-fA-F]/.test(text)) mustBeWellFormed(value);
  return value;
};

const parse = (text: string): unknown => {
  try {
    return secureJson.parse(text, null, { protoAction: 'error', constructorAction: 'error' });
  } catch (cause) {
    // The parser's own message quotes the text, and the text may be a password.
    const isForbidden = cause instanceof Error && cause.message.startsWith('Object contains forbidden prototype');
    const sentence = isForbidden
      ? '__proto__ and constructor are no fields of any request.'
      : 'The body is not well-formed JSON.';
    throw new RequestError('request.invalid', sentence, { cause });
  }
};

/** A body of ours has about as many; beyond it nobody counts on speed. */
const FEW = 64;

/** As many colons as keys: none is there twice, and no text has to be read again. */
const colonsIn = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf(':'); at !== -1 && count <= FEW; at = text.indexOf(':', at + 1)) count += 1;
  return count;
};

/** Of an object that holds no other objects, and of lists in it; `-1`: of something else, so look closer. */
const keysIn = (value: unknown): number => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return -1;
  const inner: unknown[] = Object.values(value).flat();
  return inner.some((one) => typeof one === 'object' && one !== null) ? -1 : Object.keys(value).length;
};

// JSON.parse keeps the last of two equal keys, and another parser may keep the first.
const mustHaveEachKeyOnce = (text: string): void => {
  const open: Set<string>[] = [];
  let latest = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token === ':') mustBeNew(JSON.parse(latest) as string, open.at(-1));
    else latest = token;
  }
};

/** Of well-formed JSON: strings, braces and the colons behind keys. Never goes back over what it has read. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}:]/g;

const mustBeNew = (key: string, known: Set<string> | undefined): void => {
  if (known?.has(key)) throw new RequestError('request.invalid', `${nameOf(key)} is there more than once.`);
  known?.add(key);
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
