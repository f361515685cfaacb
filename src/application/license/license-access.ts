import type { Caller, Exceptions } from '../../domain/access/caller.ts';
import type { Scope } from '../../domain/access/scope.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';

/**
 * Access comes before existence: to a caller without the scope, an absent license is as forbidden as that of another. For
 * the error of a look-up.
 * @param absent the access of such a license
 * @throws {DomainError} access.forbidden, or the error
 */
export const orDenied =
  (caller: Caller, scope: Scope, absent: Exceptions) =>
  (error: unknown): never => {
    if (error instanceof DomainError && error.code === 'license.not-found') caller.require(scope, absent);
    throw error;
  };
