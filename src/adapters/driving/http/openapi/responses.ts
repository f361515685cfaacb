import type { FastifySchema } from 'fastify';
import type { TSchema } from 'typebox';
import type { Scope } from '../../../../domain/access/scope.ts';
import { type CatalogueEntry, type ErrorCode, PROBLEMS } from '../errors/catalogue.ts';
import { domainRule, EXAMPLE_ID, named, requestId, Type, token } from './schema.ts';

/** Problems that any route may answer with. */
const READING = ['request.invalid', 'server.failed', 'server.overloaded', 'store.unavailable'] as const;

/** Also those of a route that takes no body: a client may send one. */
const CHANGING = [...READING, 'request.cross-origin', 'request.too-large', 'request.unsupported-media-type'] as const;

/** Problems of a route that takes a scope. */
const ACCESS_PROBLEMS = [
  'access.unauthenticated',
  'access.forbidden',
  'mfa.enrolment-required',
  'sealing.unavailable',
] as const;

const Problem = named(
  'Problem',
  {
    type: Type.String({
      format: 'uri',
      description: '`urn:problem:` and the code',
      examples: ['urn:problem:user.invalid'],
    }),
    title: Type.String({
      maxLength: 100,
      description: 'Summary of the code',
      examples: [PROBLEMS['user.invalid'].title],
    }),
    status: Type.Integer({ minimum: 400, maximum: 599, description: 'HTTP status', examples: [422] }),
    detail: Type.String({
      minLength: 1,
      description: 'All errors in one text',
      examples: ['age must be a whole number from 18 to 130.'],
    }),
    code: Type.String({
      pattern: '^[a-z-]+\\.[a-z-]+$',
      description: 'Stable identifier of the problem; base decisions on it',
      examples: ['user.invalid'],
    }),
    errors: Type.Array(Type.String({ minLength: 1, examples: ['age must be a whole number from 18 to 130.'] }), {
      minItems: 1,
      description: 'One message for each error',
      examples: [['age must be a whole number from 18 to 130.']],
    }),
    challenge: Type.Optional(
      token('Of `mfa.code-required`: takes the place of the password in `POST /sessions/challenge`'),
    ),
    request_id: requestId('Value of `X-Request-Id`; the log contains it'),
  },
  { description: 'RFC 9457 problem details' },
);

type Response = {
  description: string;
  content: Record<string, { schema: TSchema }>;
  headers?: Record<string, TSchema>;
};

/** The problem responses of a route with these codes. {@link describeRoute} adds those of its method, access and headers. */
export const problems = (...codes: readonly ErrorCode[]): Record<number, Response> => {
  const byStatus = Map.groupBy(new Set(codes), (code) => PROBLEMS[code].status);
  return Object.fromEntries([...byStatus].map(([status, list]) => [status, problemResponse(status, list)]));
};

type Conditions = Readonly<{ takesIfMatch?: true; idempotencyKey?: 'taken' | 'rejected' }>;

/** Adds what follows from the method, the access and the config of a route: headers of the request, and problems. */
export const describeRoute = (
  schema: FastifySchema,
  isReading: boolean,
  { takesIfMatch, idempotencyKey }: Conditions,
): void => {
  const isRepeatable = idempotencyKey === 'taken';
  if (takesIfMatch || isRepeatable) {
    schema.headers = Type.Object({ ...(takesIfMatch && IF_MATCH), ...(isRepeatable && IDEMPOTENCY_KEY) });
  }
  const described = schema.response as Record<number, Partial<Response>>;
  const takesScope = schema.security?.some((scheme) => Object.values(scheme).some(({ length }) => length > 0));
  const codes = new Set<ErrorCode>([
    ...Object.values(described).flatMap((response) => codesOf.get(response) ?? []),
    ...(takesScope ? ACCESS_PROBLEMS : []),
    ...(takesIfMatch ? (['request.precondition-failed'] as const) : []),
    ...(isRepeatable ? (['idempotency.mismatch', 'idempotency.in-flight'] as const) : []),
    ...(isReading ? READING : CHANGING),
  ]);
  if (codes.has('access.unauthenticated')) codes.add('token.malformed').add('token.refused');
  // Guesses at the administrator's key are limited wherever a bearer token may be sent.
  if (codes.has('access.unauthenticated') || codes.has('session.required')) codes.add('throttle.exceeded');
  for (const [status, problem] of Object.entries(problems(...codes))) {
    const own = described[Number(status)];
    // The route has a body of its own for the status, beside the problem.
    const isOwn = own !== undefined && !codesOf.has(own);
    described[Number(status)] = isOwn
      ? { ...problem, ...own, content: { ...problem.content, ...own.content } }
      : problem;
  }
};

/** The codes of each response that describes problems. */
const codesOf = new WeakMap<object, readonly ErrorCode[]>();

const problemResponse = (status: number, codes: readonly ErrorCode[]): Response => {
  const type = codes.map((code) => `urn:problem:${code}`);
  const narrowed = { properties: { type: { enum: type }, status: { enum: [status] }, code: { enum: codes } } };
  const mayBeRetried = codes.some((code) => (PROBLEMS[code] as CatalogueEntry).retryAfterSeconds !== undefined);
  const headers = HEADERS[status] ?? (mayBeRetried ? RETRY_AFTER : undefined);
  const response = {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. '),
    content: { 'application/problem+json': { schema: { allOf: [Problem, narrowed] } } },
    ...(headers === undefined ? {} : { headers }),
  };
  codesOf.set(response, codes);
  return response;
};

const RETRY_AFTER = {
  'Retry-After': Type.String({ pattern: '^[1-9][0-9]*$', description: 'Seconds to wait', examples: ['2'] }),
};

const HEADERS: Readonly<Record<number, Record<string, TSchema>>> = {
  401: {
    'WWW-Authenticate': Type.String({
      pattern: '^Bearer ',
      description: 'Authentication scheme to use',
      examples: ['Bearer realm="guildhall"'],
    }),
  },
  429: {
    ...RETRY_AFTER,
    RateLimit: Type.String({
      pattern: '^"[a-z0-9-]+";r=0;t=[0-9]+$',
      description: 'The exceeded limit, its remaining quota and the seconds until it resets',
      examples: ['"login-address";r=0;t=840'],
    }),
    'RateLimit-Policy': Type.String({
      pattern: '^"[a-z0-9-]+";q=[0-9]+;w=[0-9]+$',
      description: 'The exceeded limit, its quota and its window in seconds',
      examples: ['"login-address";q=30;w=3600'],
    }),
  },
  503: RETRY_AFTER,
};

export const FORM = 'application/x-www-form-urlencoded';

export const json = <T extends TSchema>(schema: T) => ({ content: { 'application/json': { schema } } });

export const jsonOrForm = <T extends TSchema, F extends TSchema = T>(schema: T, form: T | F = schema) => ({
  content: { 'application/json': { schema }, [FORM]: { schema: form } },
});

/** A success with a JSON body. */
export const ok = <T extends TSchema>(description: string, schema: T, headers?: Record<string, TSchema>) => ({
  description,
  ...json(schema),
  ...(headers === undefined ? {} : { headers }),
});

/** A response without a body. */
export const empty = (description: string, headers?: Record<string, TSchema>) => ({
  description,
  type: 'null',
  ...(headers === undefined ? {} : { headers }),
});

/** The header of a 201. */
export const LOCATION = {
  Location: Type.String({ pattern: '^/', description: 'Path of the new resource', examples: [`/users/${EXAMPLE_ID}`] }),
};

/** The header of a versioned resource. */
export const ETAG = {
  ETag: Type.String({ pattern: '^"[1-9][0-9]*"$', description: 'Version, for `If-Match`', examples: ['"1"'] }),
};

/** The header of a route that takes `If-Match`. */
const IF_MATCH = {
  'If-Match': Type.Optional(
    Type.String({
      ...domainRule({ pattern: '^(\\*|.*".*".*)$' }),
      description:
        'Versions that may be changed, as `ETag` gave them; any other one is a 412. `*` and lists as in RFC 9110',
      examples: ['"1"'],
    }),
  ),
};

/** The header of a route that takes `Idempotency-Key`. */
const IDEMPOTENCY_KEY = {
  'Idempotency-Key': Type.Optional(
    Type.String({
      ...domainRule({ pattern: '^[!-~]{1,255}$', minLength: 1, maxLength: 255 }),
      description:
        'A repetition with the same key gets the first response and `Idempotency-Replayed: true`. 1 to 255 visible ASCII characters',
      examples: ['order-4711'],
    }),
  ),
};

/** The header of a response that may be one to an earlier request. */
export const REPLAYED = {
  'Idempotency-Replayed': Type.Literal('true', { description: 'The response to the first request with this key' }),
};

export const ANONYMOUS: never[] = [];
/** A session. */
export const AS_USER = [{ session: [] }, { bearer: [] }];
/** Any caller with the scope. */
export const withScope = (scope: Scope) => [{ session: [scope] }, { bearer: [scope] }];
/** A session of the user concerned, or any caller with the scope. */
export const userOr = (scope: Scope) => [...AS_USER, ...withScope(scope)];
/** A session of the owner of the license, its key, or any caller with the scope. */
export const licenseOr = (scope: Scope) => [...AS_USER, { licenseKey: [] }, ...withScope(scope)];
