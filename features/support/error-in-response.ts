import assert from 'node:assert/strict';
import type { ErrorCode } from '../../src/adapters/driving/http/errors/catalogue.ts';
import { type Problem, problemFor } from '../../src/adapters/driving/http/errors/problem.ts';
import { CodeRequired } from '../../src/application/user/log-in.ts';
import { StepUpRequired } from '../../src/domain/access/caller.ts';
import { DomainError, type DomainErrorCode } from '../../src/domain/shared/domain-error.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import { THROTTLE_POLICIES, ThrottleExceeded } from '../../src/domain/throttle/throttle-policy.ts';
import { PortError, type PortErrorCode } from '../../src/ports/port-error.ts';
import type { Answer } from '../../test/http/test-app.ts';
import type { AppError } from './expected-errors.ts';

/** The status that clients rely on for each error of the features. Repeated here to detect changes of the mapping. */
const PROMISED_STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  'access.forbidden': 403,
  'access.step-up-required': 401,
  'access.unauthenticated': 401,
  'activation.not-found': 404,
  'confirmation.refused': 403,
  'credentials.wrong': 401,
  'hashing.busy': 503,
  'idempotency.mismatch': 422,
  'import.invalid': 422,
  'license-file.unavailable': 503,
  'license.activation-limit': 409,
  'license.invalid': 422,
  'license.not-activated': 409,
  'license.not-found': 404,
  'license.state': 409,
  'mfa.already-set': 409,
  'mfa.code-required': 401,
  'mfa.enrolment-required': 403,
  'mfa.not-found': 404,
  'mfa.not-pending': 409,
  'mfa.refused': 401,
  'mfa.required-here': 409,
  'password-reset.refused': 403,
  'password-reset.unknown-address': 403,
  'password.recipe-invalid': 422,
  'password.wrong': 403,
  'random-users.unavailable': 503,
  'registration.closed': 403,
  'registration.refused': 403,
  'request.precondition-failed': 412,
  'sealing.unavailable': 503,
  'session.not-found': 404,
  'session.required': 403,
  'staff.last-admin': 409,
  'staff.not-found': 404,
  'throttle.exceeded': 429,
  'token.invalid': 422,
  'token.product-refused': 403,
  'token.refused': 401,
  'token.scope-too-wide': 403,
  'user.ban-refused': 409,
  'user.confirmed': 409,
  'user.email-taken': 409,
  'user.invalid': 422,
  'user.not-found': 404,
  'user.state': 409,
  'user.unconfirmed': 403,
};

const PROMISED_HEADERS: Readonly<Record<number, readonly string[]>> = {
  401: ['www-authenticate'],
  429: ['retry-after', 'ratelimit', 'ratelimit-policy'],
  503: ['retry-after'],
};

/**
 * Turns a problem back into what the core threw, and fails the scenario where it did not arrive as that error must:
 * status, headers, media type, and the whole body.
 */
export const errorIn = (answer: Answer, now: string): AppError => {
  const { status, headers, body } = answer;
  assert.equal(headers['content-type'], 'application/problem+json; charset=utf-8', body);
  const problem = answer.json() as Problem;
  assert.equal(status, PROMISED_STATUS[problem.code], body);
  for (const name of PROMISED_HEADERS[status] ?? []) assert.ok(headers[name], `${name} is missing: ${body}`);

  const error = errorFrom(problem, answer, Instant.parse(now));
  const due = problemFor(error, String(headers['x-request-id']));
  assert.deepEqual(problem, due.problem);
  for (const [name, value] of Object.entries(due.headers)) assert.equal(headers[name], value, name);
  return error;
};

const UNAVAILABLE: readonly string[] = [
  'hashing.busy',
  'license-file.unavailable',
  'random-users.unavailable',
  'sealing.unavailable',
] satisfies PortErrorCode[];

const errorFrom = ({ code, errors, challenge }: Problem, { headers }: Answer, now: Instant): AppError => {
  if (code === 'throttle.exceeded') return throttleFrom(headers, now);
  if (code === 'access.step-up-required') {
    const [, seconds] = /max_age="(\d+)"/.exec(String(headers['www-authenticate'])) ?? [];
    return new StepUpRequired(Number(seconds) * 1000);
  }
  if (code === 'mfa.code-required') return new CodeRequired(new Secret(challenge ?? assert.fail('No challenge came')));
  if (UNAVAILABLE.includes(code)) return new PortError(code as PortErrorCode, errors.join(' '));
  return new DomainError(code as DomainErrorCode, errors);
};

const throttleFrom = (headers: Answer['headers'], now: Instant): ThrottleExceeded => {
  const name = /^"([^"]+)";/.exec(String(headers['ratelimit-policy']))?.[1];
  const policy = Object.values(THROTTLE_POLICIES).find((candidate) => candidate.name === name);
  assert.ok(policy, `No such limit: ${name}`);
  const resetsAt = Instant.plusMs(now, Number(headers['retry-after']) * 1000);
  return new ThrottleExceeded({ policy, count: policy.limit + 1, resetsAt }, now);
};
