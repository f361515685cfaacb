import assert from 'node:assert/strict';
import { DomainError } from '../../src/domain/shared/domain-error.ts';
import { PortError } from '../../src/ports/port-error.ts';

/** The house said no, or that it could not find out. */
export type Refusal = DomainError | PortError;

/** Does it, and gives back the refusal if there was one. Any other error is a bug and is thrown on. */
export const refusalOf = async (action: () => Promise<unknown>): Promise<Refusal | undefined> => {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError || error instanceof PortError) return error;
    throw error;
  }
};

/** What the features call a refusal. */
export const REASONS: Readonly<Record<string, Refusal['code']>> = {
  'the address is taken': 'user.email-taken',
  'the address or the password is wrong': 'credentials.wrong',
  'the current password is needed': 'password.wrong',
  'the house does not know who is asking': 'access.unauthenticated',
  'the house is too busy': 'hashing.busy',
  'it is for the administrator to do': 'access.forbidden',
  'no such password can be made': 'password.recipe-invalid',
  'it is not activated there': 'activation.not-found',
  'no license file is to be had': 'license-file.unavailable',
  'all machines are taken': 'license.activation-limit',
  'its license does not allow it now': 'license.state',
  'the machine must be activated first': 'license.not-activated',
  'the terms are against the rules': 'license.invalid',
  'nobody has this address': 'password-reset.unknown-address',
  'nobody is logged in': 'session.required',
  'random people are not to be had': 'random-users.unavailable',
  'so many cannot come at once': 'import.invalid',
  'there is no such person': 'user.not-found',
  'there is no such session': 'session.not-found',
  'the token opens nothing': 'password-reset.refused',
};

/** Fails where it is allowed, and where it is refused for another reason. */
export const mustBeRefused = async (code: Refusal['code'], action: () => Promise<unknown>): Promise<void> => {
  const refusal = await refusalOf(action);
  assert.equal(refusal?.code, code);
};
