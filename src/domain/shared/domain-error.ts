import type { Field, Message } from './message.ts';

/** Codes of all business errors. Adapters map over this list, so the compiler finds a missing one. */
export type DomainErrorCode =
  | 'access.forbidden'
  | 'access.step-up-required'
  | 'access.unauthenticated'
  | 'activation.not-found'
  | 'audit.not-found'
  | 'confirmation.refused'
  | 'credentials.wrong'
  | 'developer.unknown'
  | 'handle.malformed'
  | 'id.malformed'
  | 'idempotency.in-flight'
  | 'idempotency.mismatch'
  | 'import.invalid'
  | 'instant.malformed'
  | 'mfa.already-set'
  | 'mfa.code-required'
  | 'mfa.enrolment-required'
  | 'mfa.not-found'
  | 'mfa.not-pending'
  | 'mfa.refused'
  | 'mfa.required-here'
  | 'pair.same-developer'
  | 'pair.undecided'
  | 'license.activation-limit'
  | 'license.invalid'
  | 'license.key-malformed'
  | 'license.key-taken'
  | 'license.not-activated'
  | 'license.not-found'
  | 'license.stale'
  | 'license.state'
  | 'license-file.refused'
  | 'password.recipe-invalid'
  | 'password.wrong'
  | 'password-reset.refused'
  | 'password-reset.unknown-address'
  | 'registration.closed'
  | 'registration.refused'
  | 'request.invalid'
  | 'request.precondition-failed'
  | 'session.not-found'
  | 'session.required'
  | 'staff.last-admin'
  | 'staff.not-found'
  | 'throttle.exceeded'
  | 'token.invalid'
  | 'token.malformed'
  | 'token.not-found'
  | 'token.product-refused'
  | 'token.refused'
  | 'token.scope-too-wide'
  | 'token.stale'
  | 'token.too-many'
  | 'user.ban-refused'
  | 'user.confirmed'
  | 'user.email-taken'
  | 'user.invalid'
  | 'user.not-found'
  | 'user.stale'
  | 'user.state'
  | 'user.unconfirmed';

/**
 * A broken business rule. The caller may change the request and try again.
 *
 * `code` is the contract: tests, HTTP and the CLI match on it. The messages are for people: one for each broken rule,
 * at least one, and none contains a secret.
 */
export class DomainError extends Error {
  override readonly name: string = 'DomainError';
  readonly code: DomainErrorCode;
  readonly details: readonly (string | Message)[];

  constructor(
    code: DomainErrorCode,
    details: string | Message | readonly (string | Message)[],
    options?: ErrorOptions,
  ) {
    const list = Array.isArray(details) ? details : [details];
    super(render(list, (field) => field).join(' '), options);
    this.code = code;
    this.details = list;
  }

  /** The messages, with the fields by their names in the domain. */
  get messages(): readonly string[] {
    return this.render((field) => field);
  }

  /** @param nameOf the name of a field where the messages are shown */
  render(nameOf: (field: Field) => string): readonly string[] {
    return render(this.details, nameOf);
  }
}

const render = (details: readonly (string | Message)[], nameOf: (field: Field) => string): readonly string[] =>
  details.map((detail) => (typeof detail === 'string' ? detail : detail.render(nameOf)));
