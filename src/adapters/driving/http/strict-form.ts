import { parse } from 'fast-querystring';
import { RequestError } from './request-error.ts';

/**
 * `application/x-www-form-urlencoded`, each field once.
 * @throws {RequestError} request.invalid
 */
export const parseStrictForm = (body: string): Readonly<Record<string, string>> => {
  try {
    decodeURIComponent(body);
  } catch (cause) {
    throw new RequestError('request.invalid', 'The form is not percent-encoded UTF-8.', { cause });
  }
  const form = parse(body);
  const double = Object.keys(form).filter((field) => Array.isArray(form[field]));
  if (double.length > 0) {
    throw new RequestError(
      'request.invalid',
      double.map((field) => `${field.slice(0, 60)} is there more than once.`),
    );
  }
  // Its prototype is null: a field named `__proto__` is a field like any other, and refused as surplus.
  return form as Record<string, string>;
};
