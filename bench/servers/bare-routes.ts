import type { FastifySchema } from 'fastify';

const text = { type: 'string' } as const;
const textOrNull = { type: 'string', nullable: true } as const;
const whole = { type: 'integer' } as const;
const wholeOrNull = { type: 'integer', nullable: true } as const;
const object = (properties: Record<string, object>) => ({ type: 'object', properties });

const user = object({
  id: text,
  email: text,
  name: textOrNull,
  age: wholeOrNull,
  created_at: text,
  status: text,
  ban: { ...object({ at: text, reason: textOrNull }), nullable: true },
  email_confirmed_at: textOrNull,
  pending_email: textOrNull,
  mfa: { type: 'boolean' },
});
const license = object({
  id: text,
  license_key: text,
  user_id: text,
  product: textOrNull,
  status: text,
  issued_at: text,
  starts_at: text,
  expires_at: textOrNull,
  grace_days: whole,
  max_activations: wholeOrNull,
  activations: whole,
  entitlements: { type: 'array', items: text },
  metadata: { type: 'object', additionalProperties: true },
  last_validated_at: textOrNull,
});
const validation = object({
  valid: { type: 'boolean' },
  code: text,
  detail: text,
  ts: text,
  nonce: textOrNull,
  license: { ...license, nullable: true },
});
const check = object({
  registered_at: text,
  connected: { type: 'boolean' },
  organisations: { type: 'array', items: text },
});
const validationBody = {
  ...object({
    license_key: text,
    fingerprint: text,
    product: text,
    entitlements: { type: 'array', items: text, maxItems: 64 },
    nonce: { type: 'string', maxLength: 256 },
  }),
  required: ['license_key'],
  additionalProperties: false,
};

/** A route of Guildhall with the simplest equivalent schemas. */
export type Route = Readonly<{ method: 'GET' | 'POST'; url: string; schema: FastifySchema }>;

export const ROUTES: Readonly<Record<string, Route>> = {
  page: { method: 'GET', url: '*', schema: {} },
  profile: { method: 'GET', url: '/profile', schema: { response: { 200: object({ email: text }) } } },
  newUser: {
    method: 'POST',
    url: '/users',
    schema: { body: { ...object({ email: text }), required: ['email'] }, response: { 201: user } },
  },
  users: { method: 'GET', url: '/users', schema: { response: { 200: { type: 'array', items: user } } } },
  validate: {
    method: 'POST',
    url: '/licenses/validate',
    schema: { body: validationBody, response: { 200: validation } },
  },
  register: {
    method: 'GET',
    url: '/connected/register/:dev1/:dev2',
    schema: { response: { 200: { type: 'array', items: check } } },
  },
};
