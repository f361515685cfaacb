import { DomainError } from '../shared/domain-error.ts';
import type { Evidence, Inconclusive, OrganisationsEvidence } from './evidence.ts';
import { type CanonicalHandle, Handle } from './handle.ts';
import type { Service } from './service.ts';

/** Conditions of a connection. `follows`: each follows the other on Twitter; `organisation`: they share one at GitHub. */
export const CONDITIONS = ['follows', 'organisation'] as const;

export type Condition = (typeof CONDITIONS)[number];

/** @property missing what the answers show that the pair lacks; empty: an earlier version did not record it */
export type Connection =
  | Readonly<{ connected: true; organisations: readonly string[] }>
  | Readonly<{ connected: false; missing: readonly Condition[] }>;

/** The result for a pair. `undecided` never means "not connected"; its messages name the missing facts. */
export type Evaluation =
  | Readonly<{ kind: 'decided'; connection: Connection }>
  | Readonly<{ kind: 'unknown'; messages: readonly string[] }>
  | Readonly<{ kind: 'undecided'; messages: readonly string[] }>;

/**
 * Two different developers. They are connected while each follows the other on Twitter and they share at least one
 * GitHub organisation. `(ada, grace)` and `(Grace, ADA)` are one pair with one history; only the order of the messages
 * follows the order of the request.
 */
export class DeveloperPair {
  /** In the order and the case of the request. */
  readonly handles: readonly [Handle, Handle];
  /** In canonical order. The two identify the pair in the history. */
  readonly first: CanonicalHandle;
  readonly second: CanonicalHandle;

  private constructor(a: Handle, b: Handle) {
    this.handles = [a, b];
    [this.first, this.second] = [Handle.canonical(a), Handle.canonical(b)].sort() as [CanonicalHandle, CanonicalHandle];
  }

  /** @throws {DomainError} pair.same-developer */
  static of(a: Handle, b: Handle): DeveloperPair {
    if (Handle.canonical(a) === Handle.canonical(b)) {
      throw new DomainError('pair.same-developer', `A pair takes two developers; both are ${a}.`);
    }
    return new DeveloperPair(a, b);
  }

  /** @throws {DomainError} handle.malformed | pair.same-developer */
  static parse([a, b]: readonly [string, string]): DeveloperPair {
    return DeveloperPair.of(Handle.parse(a), Handle.parse(b));
  }

  /** Whether the pair may be connected, so that it is worth paying for the follow look-up. */
  mayBeConnected(organisations: OrganisationsEvidence): boolean {
    return (sharedOrganisations(organisations)?.length ?? 0) > 0;
  }

  /**
   * Evaluates the evidence in this order: a developer whom a service does not know, then a "no" from either service
   * (valid only if both services answered), then missing facts.
   */
  evaluate(evidence: Evidence): Evaluation {
    const unknown = this.#unknown(evidence);
    if (unknown.length > 0) return { kind: 'unknown', messages: unknown };

    const { follows, organisations } = evidence;
    const answers = [follows, ...organisations];
    if (answers.some(({ kind }) => kind === 'no-response')) return { kind: 'undecided', messages: reasonsIn(answers) };

    const shared = sharedOrganisations(organisations);
    const isMissing: Record<Condition, boolean> = {
      follows: follows.kind === 'no',
      organisation: shared?.length === 0,
    };
    const missing = CONDITIONS.filter((condition) => isMissing[condition]);
    if (missing.length > 0) return { kind: 'decided', connection: { connected: false, missing } };
    if (follows.kind !== 'yes' || shared === undefined) return { kind: 'undecided', messages: reasonsIn(answers) };
    return { kind: 'decided', connection: { connected: true, organisations: shared } };
  }

  #unknown({ follows, organisations }: Evidence): string[] {
    return this.handles.flatMap((handle, index) => {
      const isUnknown: Record<Service, boolean> = {
        github: organisations[index]?.kind === 'unknown',
        twitter: follows.kind === 'unknown' && follows.developers.has(Handle.canonical(handle)),
      };
      // Clients rely on this sentence as it is, the missing "t" included.
      return (['github', 'twitter'] as const)
        .filter((service) => isUnknown[service])
        .map((service) => `${handle} is no a valid user in ${service}`);
    });
  }
}

/** Sorted. `undefined`: not known of both. */
const sharedOrganisations = ([a, b]: OrganisationsEvidence): readonly string[] | undefined =>
  a.kind === 'organisations' && b.kind === 'organisations' ? [...a.names.intersection(b.names)].sort() : undefined;

const reasonsIn = (answers: readonly { kind: string }[]): readonly string[] => [
  ...new Set(answers.filter((answer): answer is Inconclusive => answer.kind === 'inconclusive').map((a) => a.reason)),
];
