import assert from 'node:assert/strict';
import { DomainError } from '../../src/domain/shared/domain-error.ts';
import { PortError } from '../../src/ports/port-error.ts';

/** An error of the product. */
export type AppError = DomainError | PortError;

/** Does it, and gives back the error if there was one. Any other error is a bug and is thrown on. */
export const errorOf = async (action: () => Promise<unknown>): Promise<AppError | undefined> => {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError || error instanceof PortError) return error;
    throw error;
  }
};

/** Errors by their names in the features. */
export const REASONS: Readonly<Record<string, AppError['code']>> = {
  'the address is taken': 'user.email-taken',
  'the address or the password is wrong': 'credentials.wrong',
  'the current password is needed': 'password.wrong',
  'authentication is required': 'access.unauthenticated',
  'the server is overloaded': 'hashing.busy',
  'access is denied': 'access.forbidden',
  'a step-up is needed': 'access.step-up-required',
  'no such password is possible': 'password.recipe-invalid',
  'the machine has no activation': 'activation.not-found',
  'license files are unavailable': 'license-file.unavailable',
  'all seats are taken': 'license.activation-limit',
  'the state of the license forbids it': 'license.state',
  'the machine must be activated first': 'license.not-activated',
  'the terms are invalid': 'license.invalid',
  'registration is closed': 'registration.closed',
  'no account opens with that token': 'registration.refused',
  'the confirmation token is invalid': 'confirmation.refused',
  'the address is not confirmed': 'user.unconfirmed',
  'the address is confirmed already': 'user.confirmed',
  'a code is needed': 'mfa.code-required',
  'the code is refused': 'mfa.refused',
  'a second factor must be set up first': 'mfa.enrolment-required',
  'there is a second factor': 'mfa.already-set',
  'there is no second factor': 'mfa.not-found',
  'no second factor waits for its code': 'mfa.not-pending',
  'the second factor is required': 'mfa.required-here',
  'second factors are unavailable': 'sealing.unavailable',
  'the address is unknown': 'password-reset.unknown-address',
  'there is no session': 'session.required',
  'the random user service is down': 'random-users.unavailable',
  'the number is not allowed': 'import.invalid',
  'there is no such user': 'user.not-found',
  'there is no such session': 'session.not-found',
  'she is the last admin': 'staff.last-admin',
  'users cannot ban themselves': 'user.ban-refused',
  'the state of the user forbids it': 'user.state',
  'the user data is invalid': 'user.invalid',
  'the user has no role': 'staff.not-found',
  'it was changed in the meantime': 'request.precondition-failed',
  'the key was used for another request': 'idempotency.mismatch',
  'the token is invalid': 'password-reset.refused',
  'the API token is refused': 'token.refused',
  'the token request is invalid': 'token.invalid',
  'the token is for other products': 'token.product-refused',
  'that is more than they have': 'token.scope-too-wide',
  'there is no such license': 'license.not-found',
};

/** Fails where the action succeeds or throws another error. */
export const mustReject = async (code: AppError['code'], action: () => Promise<unknown>): Promise<void> => {
  const error = await errorOf(action);
  assert.equal(error?.code, code);
};
