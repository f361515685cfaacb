import { parse } from 'fast-querystring';
import { MAX_ERRORS, RequestError } from '../errors/request-error.ts';
import { nameOf } from './name-of.ts';
import { decodeUtf8 } from './strict-utf8.ts';

/**
 * `application/x-www-form-urlencoded`, each field once.
 * @throws {RequestError} request.invalid
 */
export const parseStrictForm = (body: Buffer): Readonly<Record<string, string>> => {
  const text = decodeUtf8(body);
  try {
    decodeURIComponent(text);
  } catch (cause) {
    throw new RequestError('request.invalid', 'The form is not percent-encoded UTF-8.', { cause });
  }
  const form = parse(text);
  const double = Object.keys(form).filter((field) => Array.isArray(form[field]));
  if (double.length > 0) {
    const messages = double.slice(0, MAX_ERRORS).map((field) => `${nameOf(field)} is there more than once.`);
    throw new RequestError('request.invalid', messages);
  }
  // Its prototype is null: a field named `__proto__` is a field like any other, and refused as surplus.
  return form as Record<string, string>;
};
