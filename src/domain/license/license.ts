import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import { invariant } from '../shared/invariant.ts';
import { isUnchanged } from '../shared/unchanged.ts';
import { ownerIsBanned } from '../user/user.ts';
import type { UserId } from '../user/user-id.ts';
import type { LicenseId } from './license-id.ts';
import type { LicenseKey } from './license-key.ts';
import type { LicenseSnapshot, StoredStatus } from './license-snapshot.ts';
import { isInForce, type LicenseStatus, statusAt } from './license-status.ts';
import { assertEndsAfter, type LicenseChange, type LicenseTerms } from './license-terms.ts';
import { type RenewalInput, renewedExpiry } from './renewal.ts';

/**
 * The right of a user to run a product on a limited number of machines, from `startsAt` to `expiresAt` and through the
 * grace period. It can be suspended and reinstated, renewed, and given new terms. Revocation is final; a revoked license
 * stays on record.
 *
 * Immutable: a change returns the next license, or this one where nothing changes, or throws a DomainError and leaves this
 * one unchanged.
 */
export class License {
  readonly #state: LicenseSnapshot;

  private constructor(state: LicenseSnapshot) {
    invariant(state.activations >= 0, `License ${state.id} has ${state.activations} activations`);
    this.#state = state;
  }

  static issue(input: LicenseTerms & { id: LicenseId; key: LicenseKey; userId: UserId; at: Instant }): License {
    const { at, ...rest } = input;
    return new License({
      ...rest,
      status: 'active',
      issuedAt: Instant.wholeSecond(at),
      startsAt: Instant.wholeSecond(rest.startsAt),
      activations: 0,
      lastValidatedAt: null,
      ownerBanned: false,
      version: 0,
    });
  }

  /** Restores a stored license. For stores only. */
  static fromSnapshot(snapshot: LicenseSnapshot): License {
    return new License(snapshot);
  }

  get id(): LicenseId {
    return this.#state.id;
  }

  get userId(): UserId {
    return this.#state.userId;
  }

  get version(): number {
    return this.#state.version;
  }

  statusAt(at: Instant): LicenseStatus {
    return statusAt(this.#state, at);
  }

  /** @throws {DomainError} license.state */
  suspend(): License {
    return this.#transition('active', 'suspended', 'Only an active license can be suspended');
  }

  /** @throws {DomainError} license.state */
  reinstate(): License {
    return this.#transition('suspended', 'active', 'Only a suspended license can be reinstated');
  }

  /** @throws {DomainError} license.state: already revoked */
  revoke(): License {
    if (this.#state.status === 'revoked') throw invalidState('A license is revoked once, and this one is');
    return this.#next({ status: 'revoked' });
  }

  /**
   * Moves the end to a later moment. A suspended license can be renewed and stays suspended.
   * @throws {DomainError} user.state: the owner is banned
   * @throws {DomainError} license.state: revoked, or without an end
   * @throws {DomainError} request.precondition-failed: another end than the one that was read
   * @throws {DomainError} license.invalid
   */
  renew(renewal: RenewalInput, at: Instant): License {
    const { status, expiresAt, ownerBanned } = this.#state;
    if (ownerBanned) throw ownerIsBanned();
    if (status === 'revoked') throw invalidState('A revoked license cannot be renewed');
    if (expiresAt === null) throw invalidState('A license without an end needs no renewal');
    return this.#next({ expiresAt: renewedExpiry(renewal, expiresAt, Instant.wholeSecond(at)) });
  }

  /**
   * Sets new terms. The end may move to the past, and the limit may fall below the number of activations.
   * @throws {DomainError} license.state: the beginning has come already
   * @throws {DomainError} license.invalid
   */
  updateTerms(change: LicenseChange, at: Instant): License {
    const { startsAt, expiresAt } = { ...this.#state, ...change };
    if (change.startsAt !== undefined) {
      if (this.statusAt(at) !== 'scheduled') throw invalidState('Only a scheduled license can begin at another time');
      assertEndsAfter(startsAt, expiresAt);
    }
    return this.#next(change);
  }

  /**
   * Takes one more seat. The caller ensures that the machine has none yet.
   * @throws {DomainError} license.state: not in force, or the owner is banned
   * @throws {DomainError} license.activation-limit
   */
  takeSeat(at: Instant): License {
    this.assertInForce(at);
    const { activations, maxActivations, ownerBanned } = this.#state;
    if (ownerBanned) throw invalidState('The owner of the license is banned');
    if (maxActivations !== null && activations >= maxActivations) {
      throw new DomainError('license.activation-limit', `All ${maxActivations} activations of the license are taken.`);
    }
    return this.#next({ activations: activations + 1 });
  }

  /** Releases one seat, in any state of the license. */
  freeSeat(): License {
    return this.#next({ activations: this.#state.activations - 1 });
  }

  /**
   * In force: active in its term or in its grace period.
   * @throws {DomainError} license.state
   */
  assertInForce(at: Instant): void {
    const status = this.statusAt(at);
    if (!isInForce(status)) throw invalidState(`The license is ${status} and not in force`);
  }

  /** @throws {DomainError} license.state: revoked */
  assertMayBeMailed(): void {
    if (this.#state.status === 'revoked') throw invalidState('The key of a revoked license is of no use');
  }

  toSnapshot(): LicenseSnapshot {
    return this.#state;
  }

  #transition(from: StoredStatus, to: StoredStatus, rule: string): License {
    const { status } = this.#state;
    if (status !== from) throw invalidState(`${rule}, and this one is ${status}`);
    return this.#next({ status: to });
  }

  #next(change: Partial<LicenseSnapshot>): License {
    return isUnchanged(this.#state, change) ? this : new License({ ...this.#state, ...change });
  }
}

const invalidState = (text: string): DomainError => new DomainError('license.state', `${text}.`);
