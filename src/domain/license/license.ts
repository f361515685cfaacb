import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import { invariant } from '../shared/invariant.ts';
import type { UserId } from '../user/user-id.ts';
import type { LicenseId } from './license-id.ts';
import type { LicenseKey } from './license-key.ts';
import type { LicenseSnapshot, StoredStatus } from './license-snapshot.ts';
import { type LicenseStatus, statusAt } from './license-status.ts';
import type { LicenseChange, LicenseTerms } from './license-terms.ts';
import { type RenewalInput, renewedExpiry } from './renewal.ts';

/**
 * The right of a user to run a product. A vendor issues it; from `startsAt` to `expiresAt`, and a few days of grace
 * longer, the software runs on as many machines as it allows. It may be suspended and reinstated, renewed and amended.
 * Once revoked it stays so, and stays on record.
 *
 * Immutable: a change returns the next license, or throws a DomainError and leaves this one as it was.
 */
export class License {
  readonly #state: LicenseSnapshot;

  private constructor(state: LicenseSnapshot) {
    invariant(state.activations >= 0, `License ${state.id} has ${state.activations} activations`);
    this.#state = state;
  }

  static issue(order: LicenseTerms & { id: LicenseId; key: LicenseKey; userId: UserId; at: Instant }): License {
    const { at, ...rest } = order;
    return new License({
      ...rest,
      status: 'active',
      issuedAt: Instant.wholeSecond(at),
      startsAt: Instant.wholeSecond(rest.startsAt),
      activations: 0,
      lastValidatedAt: null,
      version: 0,
    });
  }

  /** For stores only. */
  static fromSnapshot(snapshot: LicenseSnapshot): License {
    return new License(snapshot);
  }

  get id(): LicenseId {
    return this.#state.id;
  }

  get userId(): UserId {
    return this.#state.userId;
  }

  statusAt(at: Instant): LicenseStatus {
    return statusAt(this.#state, at);
  }

  /** @throws {DomainError} license.state */
  suspend(): License {
    return this.#move('active', 'suspended', 'Only an active license can be suspended');
  }

  /** @throws {DomainError} license.state */
  reinstate(): License {
    return this.#move('suspended', 'active', 'Only a suspended license can be reinstated');
  }

  /** @throws {DomainError} license.state: it was revoked before */
  revoke(): License {
    if (this.#state.status === 'revoked') throw refusal('A license is revoked once, and this one is');
    return this.#next({ status: 'revoked' });
  }

  /**
   * Moves the end further away, never nearer. A suspended license may be renewed and stays suspended.
   * @throws {DomainError} license.state: revoked, or without an end
   * @throws {DomainError} license.invalid
   */
  renew(renewal: RenewalInput, at: Instant): License {
    const { status, expiresAt } = this.#state;
    if (status === 'revoked') throw refusal('A revoked license cannot be renewed');
    if (expiresAt === null) throw refusal('A license without an end needs no renewal');
    return this.#next({ expiresAt: renewedExpiry(renewal, expiresAt, Instant.wholeSecond(at)) });
  }

  /**
   * New terms, better or worse: the end may come nearer, even before now, and the limit may fall below what is active.
   */
  updateTerms(change: LicenseChange): License {
    return this.#next(change);
  }

  /**
   * Gives one more machine a seat. Whether the machine has one already is for the caller to know.
   * @throws {DomainError} license.state: not in force
   * @throws {DomainError} license.activation-limit
   */
  takeSeat(at: Instant): License {
    this.assertInForce(at);
    const { activations, maxActivations } = this.#state;
    if (maxActivations !== null && activations >= maxActivations) {
      throw new DomainError('license.activation-limit', `All ${maxActivations} activations of the license are taken.`);
    }
    return this.#next({ activations: activations + 1 });
  }

  /** A machine gives its seat back, whatever the state of the license. */
  freeSeat(): License {
    return this.#next({ activations: this.#state.activations - 1 });
  }

  /**
   * In force: the software runs, in its term or in grace.
   * @throws {DomainError} license.state
   */
  assertInForce(at: Instant): void {
    const status = this.statusAt(at);
    if (status !== 'active' && status !== 'in_grace') throw refusal(`The license is ${status} and not in force`);
  }

  toSnapshot(): LicenseSnapshot {
    return this.#state;
  }

  #move(from: StoredStatus, to: StoredStatus, sentence: string): License {
    const { status } = this.#state;
    if (status !== from) throw refusal(`${sentence}, and this one is ${status}`);
    return this.#next({ status: to });
  }

  #next(change: Partial<LicenseSnapshot>): License {
    return new License({ ...this.#state, ...change });
  }
}

const refusal = (sentence: string): DomainError => new DomainError('license.state', `${sentence}.`);
