/** Every way the business can say no. Adapters map over this list, so the compiler finds a forgotten one. */
export type DomainErrorCode =
  | 'access.forbidden'
  | 'access.unauthenticated'
  | 'activation.not-found'
  | 'credentials.wrong'
  | 'developer.unknown'
  | 'handle.malformed'
  | 'id.malformed'
  | 'import.invalid'
  | 'instant.malformed'
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
  | 'session.not-found'
  | 'session.required'
  | 'throttle.exceeded'
  | 'user.email-taken'
  | 'user.invalid'
  | 'user.not-found'
  | 'user.stale';

/**
 * A rule said no. The caller may change the request and try again.
 *
 * `code` is the contract: tests, HTTP and the CLI match on it. `messages` are for people, one per
 * broken rule, never empty, and hold no secret.
 */
export class DomainError extends Error {
  override readonly name: string = 'DomainError';
  readonly code: DomainErrorCode;
  readonly messages: readonly string[];

  constructor(code: DomainErrorCode, what: string | readonly string[], options?: ErrorOptions) {
    const messages = typeof what === 'string' ? [what] : what;
    super(messages.join(' '), options);
    this.code = code;
    this.messages = messages;
  }
}
