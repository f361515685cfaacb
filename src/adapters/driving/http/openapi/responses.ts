import type { TSchema } from 'typebox';
import { PROBLEMS, type RefusalCode } from '../errors/catalogue.ts';
import { Type } from './type.ts';

/** What every route may answer. */
const ALWAYS = ['request.invalid', 'server.failed', 'server.overloaded', 'store.unavailable'] as const;

/** What a route that changes something may answer besides: also one that wants no body may be sent one. */
const WHEN_CHANGING = [
  ...ALWAYS,
  'request.cross-origin',
  'request.too-large',
  'request.unsupported-media-type',
] as const;

const KINDS = { reading: ALWAYS, changing: WHEN_CHANGING } as const;

type Answer = { description: string; content: Record<string, { schema: TSchema }>; headers?: Record<string, TSchema> };

/** The problems a route may answer, by status, each with the very codes it can have. */
export const refusals = (kind: keyof typeof KINDS, ...codes: readonly RefusalCode[]): Record<number, Answer> => {
  const byStatus = new Map<number, RefusalCode[]>();
  for (const code of new Set<RefusalCode>([...codes, ...KINDS[kind]])) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].map(([status, list]) => [status, problemAnswer(status, list)]));
};

const problemAnswer = (status: number, codes: readonly RefusalCode[]): Answer => ({
  description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. '),
  content: { 'application/problem+json': { schema: problemSchema(status, codes) } },
  ...(HEADERS[status] === undefined ? {} : { headers: HEADERS[status] }),
});

const HEADERS: Readonly<Record<number, Record<string, TSchema>>> = {
  401: { 'WWW-Authenticate': Type.String({ description: 'How to show who you are' }) },
  429: {
    'Retry-After': Type.String({ description: 'Seconds to wait' }),
    RateLimit: Type.String({ description: 'The limit that was reached, what is left of it and when it begins anew' }),
    'RateLimit-Policy': Type.String({ description: 'The limit that was reached: its quota and its window in seconds' }),
  },
  503: { 'Retry-After': Type.String({ description: 'Seconds to wait' }) },
};

const problemSchema = (status: number, codes: readonly RefusalCode[]): TSchema =>
  Type.Object(
    {
      type: Type.String({ enum: codes.map((code) => `urn:problem:${code}`) }),
      title: Type.String(),
      status: Type.Integer({ enum: [status] }),
      detail: Type.String(),
      code: Type.String({ enum: [...codes], description: 'Stable; decide on this' }),
      errors: Type.Array(Type.String(), { minItems: 1, description: 'One plain sentence per fault' }),
      request_id: Type.String(),
    },
    { additionalProperties: false, description: 'RFC 9457' },
  );

export const closed = { additionalProperties: false } as const;

/** One body in JSON or as a form, with the same fields. */
export const jsonOrForm = (schema: TSchema) => ({
  content: { 'application/json': { schema }, 'application/x-www-form-urlencoded': { schema } },
});

export const json = (schema: TSchema) => ({ content: { 'application/json': { schema } } });

/** A success in JSON. */
export const ok = (description: string, schema: TSchema, headers?: Record<string, TSchema>) => ({
  description,
  content: { 'application/json': { schema } },
  ...(headers === undefined ? {} : { headers }),
});

/** A success that says nothing more. */
export const nothing = (description: string, headers?: Record<string, TSchema>) => ({
  description,
  type: 'null',
  ...(headers === undefined ? {} : { headers }),
});

/** No route without a query takes one: what a client believes to have asked for must not be ignored. */
export const NO_QUERY = Type.Object({}, closed);

/** Shows who is asking. */
export const AS_USER = [{ session: [] }, { bearer: [] }];
/** Shows who is asking, or the key of the license. */
export const AS_LICENSE = [{ session: [] }, { bearer: [] }, { licenseKey: [] }];
/** Shows an administrator's key, or a session where the person may do it for themselves. */
export const AS_ADMINISTRATOR = [{ bearer: [] }];
export const AS_ANYBODY: never[] = [];
