import type { Role } from '../../domain/access/scope.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

/** The accounts that need a second factor: none, those with a role, or all. */
export type RequiredFactors = 'off' | 'staff' | 'all';

type Deps = Pick<Ports, 'sealer'> & {
  requiredFactors: RequiredFactors;
  /** Development without an admin key: no factor is required. */
  administrationIsOpen: boolean;
};

/** Decides whether an account needs a second factor. */
export class FactorRequirement extends UseCase<Deps> {
  isRequiredOf({ role }: Readonly<{ role?: Role | null | undefined }>): boolean {
    const { requiredFactors, administrationIsOpen } = this.deps;
    if (administrationIsOpen || requiredFactors === 'off') return false;
    return requiredFactors === 'all' || (role !== null && role !== undefined);
  }

  /** The answer that a session without the factor that it needs gets; `undefined`: it lacks none. */
  missingFor(user: Readonly<{ role: Role | null; hasSecondFactor: boolean }>): DomainError | PortError | undefined {
    if (user.hasSecondFactor || !this.isRequiredOf(user)) return undefined;
    if (this.deps.sealer.keyIds().current === undefined) {
      return new PortError('sealing.unavailable', 'This account needs a second factor, and SEALING_KEY is not set.');
    }
    return new DomainError(
      'mfa.enrolment-required',
      'This account needs a second factor. Set one up first (POST /mfa/totp).',
    );
  }
}
