import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IdempotentRequest } from '../../../../application/idempotency.ts';
import type { Caller } from '../../../../domain/access/caller.ts';
import { canonicalJson } from '../../../../domain/shared/canonical-json.ts';
import { RequestError } from '../errors/request-error.ts';
import { entityTag } from './conditions.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How the route treats `Idempotency-Key`. Not set: it ignores the header. */
    idempotencyKey?: 'taken' | 'rejected';
  }
}

/** A response that is stored and may be sent again. */
export type Answer = Readonly<{ status: number; location?: string; etag?: string; body?: object }>;

/** Returns the response to a change of a resource, which carries its new version. */
export const answerToChange =
  <View extends Readonly<{ version: number }>>(present: (view: View) => object) =>
  (view: View): Answer => ({ status: 200, etag: entityTag(view), body: present(view) });

/** @throws {RequestError} request.invalid: the route rejects `Idempotency-Key`, or the header is malformed */
export const assertIdempotencyKey = (request: FastifyRequest): void => {
  const { idempotencyKey } = request.routeOptions.config;
  if (request.headers['idempotency-key'] === undefined || idempotencyKey === undefined) return;
  if (idempotencyKey === 'rejected') {
    throw new RequestError('request.invalid', 'This route does not take Idempotency-Key: its response is not stored.');
  }
  clientKey(request);
};

/** With the quotes of the draft's version 07, or without. */
const clientKey = ({ headers }: FastifyRequest): string | undefined => {
  const header = headers['idempotency-key'];
  if (header === undefined) return undefined;
  const [, quoted] = /^"(.*)"$/.exec(String(header)) ?? [];
  const key = quoted ?? String(header);
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new RequestError('request.invalid', 'Idempotency-Key must have 1 to 255 visible ASCII characters.');
};

/**
 * @param answerTo the response to the first request
 * @param formKey the key of a form on a page. Its body has a token that is not stored, so that the hash of both gives no
 *   way to guess a password
 */
export const idempotencyOf = <View>(
  request: FastifyRequest,
  caller: Caller,
  answerTo: (view: View) => Answer,
  formKey?: string,
): IdempotentRequest<View> | undefined => {
  const key = formKey ?? clientKey(request);
  if (key === undefined) return undefined;
  const { method, routeOptions, url, body } = request;
  return {
    key: sha256([caller.kind, caller.id, method, routeOptions.url, key]),
    fingerprint: sha256([url.split('?', 1)[0], formKey === undefined ? withoutPasswords(body) : body]),
    answerTo: (view) => JSON.stringify(answerTo(view)),
  };
};

const SECRET_FIELDS: ReadonlySet<string> = new Set(['password', 'current_password']);

/** A stored hash of a password would be a cheap way to guess it. */
const withoutPasswords = (body: unknown): unknown =>
  typeof body === 'object' && body !== null
    ? Object.fromEntries(Object.entries(body).map(([name, value]) => [name, SECRET_FIELDS.has(name) ? null : value]))
    : null;

const sha256 = (value: unknown): string => {
  try {
    return hash('sha256', canonicalJson(value), 'hex');
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new RequestError('request.invalid', 'The body is nested too deeply.', { cause });
    throw cause;
  }
};

export const sendAnswer = (reply: FastifyReply, { status, location, etag, body }: Answer): FastifyReply => {
  if (location !== undefined) reply.header('location', location);
  if (etag !== undefined) reply.header('etag', etag);
  return reply.code(status).send(body);
};

/** Sends what the first request was answered with. */
export const sendAgain = (reply: FastifyReply, answer: string): FastifyReply =>
  sendAnswer(reply.header('idempotency-replayed', 'true'), JSON.parse(answer) as Answer);
