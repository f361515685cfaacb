import type { DomainErrorCode } from '../../../domain/shared/domain-error.ts';
import type { PortErrorCode } from '../../../ports/port-error.ts';

/** Exit codes are a contract: scripts branch on them. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** The command line or a setting is wrong; nothing was done. */
  usage: 2,
  /** A rule forbids it. */
  refused: 3,
  /** The subject that the command names does not exist. */
  notFound: 4,
  /** A service that the command needs does not work now; try again later. */
  unavailable: 5,
  /** Interrupted: part of the work is done and stays. */
  cutShort: 6,
} as const;

/** The exit code of each error; the compiler finds a missing one. */
export const EXIT_CODES: Readonly<Record<DomainErrorCode | PortErrorCode, number>> = {
  'access.forbidden': EXIT.refused,
  'access.step-up-required': EXIT.refused,
  'access.unauthenticated': EXIT.refused,
  'activation.not-found': EXIT.notFound,
  'audit.not-found': EXIT.notFound,
  'confirmation.refused': EXIT.refused,
  'credentials.wrong': EXIT.refused,
  'developer.unknown': EXIT.notFound,
  'handle.malformed': EXIT.usage,
  'hashing.busy': EXIT.unavailable,
  'id.malformed': EXIT.usage,
  'idempotency.in-flight': EXIT.unavailable,
  'idempotency.mismatch': EXIT.refused,
  'import.invalid': EXIT.usage,
  'instant.malformed': EXIT.usage,
  'jwks.unavailable': EXIT.unavailable,
  'license-file.refused': EXIT.refused,
  'license-file.unavailable': EXIT.unavailable,
  'license.activation-limit': EXIT.refused,
  'license.invalid': EXIT.refused,
  'license.key-malformed': EXIT.usage,
  'license.key-taken': EXIT.refused,
  'license.not-activated': EXIT.refused,
  'license.not-found': EXIT.notFound,
  'license.stale': EXIT.refused,
  'license.state': EXIT.refused,
  'mail.refused': EXIT.unavailable,
  'mail.unavailable': EXIT.unavailable,
  'mfa.already-set': EXIT.refused,
  'mfa.code-required': EXIT.refused,
  'mfa.enrolment-required': EXIT.refused,
  'mfa.not-found': EXIT.notFound,
  'mfa.not-pending': EXIT.refused,
  'mfa.refused': EXIT.refused,
  'mfa.required-here': EXIT.refused,
  'pair.same-developer': EXIT.refused,
  'pair.undecided': EXIT.unavailable,
  'password-reset.refused': EXIT.refused,
  'password-reset.unknown-address': EXIT.notFound,
  'password.recipe-invalid': EXIT.usage,
  'password.wrong': EXIT.refused,
  'random-users.nonsense': EXIT.unavailable,
  'random-users.unavailable': EXIT.unavailable,
  'registration.closed': EXIT.refused,
  'registration.refused': EXIT.refused,
  'request.invalid': EXIT.usage,
  'request.precondition-failed': EXIT.refused,
  'sealing.unavailable': EXIT.unavailable,
  'session.not-found': EXIT.notFound,
  'session.required': EXIT.refused,
  'staff.last-admin': EXIT.refused,
  'staff.not-found': EXIT.notFound,
  'store-backup.failed': EXIT.failed,
  'store-backup.invalid-path': EXIT.usage,
  'store-backup.not-found': EXIT.notFound,
  'store-backup.refused': EXIT.refused,
  'store-copy.incomplete': EXIT.failed,
  'store-copy.refused': EXIT.refused,
  'store.unavailable': EXIT.unavailable,
  'throttle.exceeded': EXIT.unavailable,
  'token.invalid': EXIT.refused,
  'token.malformed': EXIT.refused,
  'token.not-found': EXIT.notFound,
  'token.product-refused': EXIT.refused,
  'token.refused': EXIT.refused,
  'token.scope-too-wide': EXIT.refused,
  'token.stale': EXIT.refused,
  'token.too-many': EXIT.refused,
  'upstream.exhausted': EXIT.unavailable,
  'upstream.nonsense': EXIT.unavailable,
  'upstream.refused': EXIT.unavailable,
  'upstream.unavailable': EXIT.unavailable,
  'user.ban-refused': EXIT.refused,
  'user.confirmed': EXIT.refused,
  'user.email-taken': EXIT.refused,
  'user.invalid': EXIT.refused,
  'user.not-found': EXIT.notFound,
  'user-intake.refused': EXIT.refused,
  'user-intake.unavailable': EXIT.unavailable,
  'user.stale': EXIT.refused,
  'user.state': EXIT.refused,
  'user.unconfirmed': EXIT.refused,
};

/** A command that could not do its work, without a fault of the program. The messages say what to do. */
export class CommandFailed extends Error {
  override readonly name: string = 'CommandFailed';
  readonly messages: readonly string[];
  readonly exitCode: number;

  /** @param exitCode one of `EXIT` */
  constructor(messages: readonly string[], exitCode: number, options?: ErrorOptions) {
    super(messages.join(' '), options);
    this.messages = messages;
    this.exitCode = exitCode;
  }
}
