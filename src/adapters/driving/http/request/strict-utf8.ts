import { RequestError } from '../errors/request-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text whose bytes mean one thing: nothing is replaced by U+FFFD, and no byte order mark is swallowed.
 * @throws {RequestError} request.invalid
 */
export const decodeUtf8 = (body: Buffer): string => {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch (cause) {
    throw new RequestError('request.invalid', 'The body is not UTF-8.', { cause });
  }
  if (text.startsWith('\uFEFF')) throw new RequestError('request.invalid', 'The body begins with a byte order mark.');
  return text;
};
