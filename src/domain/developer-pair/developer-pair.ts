import { DomainError } from '../shared/domain-error.ts';
import type { Evidence, Inconclusive, OrganisationsEvidence } from './evidence.ts';
import { type CanonicalHandle, Handle } from './handle.ts';
import type { Network } from './network.ts';

export type Connection =
  | Readonly<{ connected: true; organisations: readonly string[] }>
  | Readonly<{ connected: false }>;

/** `undecided` is never taken for "not connected". Its messages say what the networks hold back. */
export type Evaluation =
  | Readonly<{ kind: 'decided'; connection: Connection }>
  | Readonly<{ kind: 'unknown'; messages: readonly string[] }>
  | Readonly<{ kind: 'undecided'; messages: readonly string[] }>;

const NOT_CONNECTED: Evaluation = { kind: 'decided', connection: { connected: false } };

/**
 * Two different developers. They are connected while each follows the other on Twitter and they share at least one
 * GitHub organisation. `(ada, grace)` and `(Grace, ADA)` are one pair with one history; only the order in which faults
 * are told is the order of the question.
 */
export class DeveloperPair {
  /** As they were asked for. */
  readonly asked: readonly [Handle, Handle];
  /** In their own order: the pair's name in the history. */
  readonly first: CanonicalHandle;
  readonly second: CanonicalHandle;

  private constructor(one: Handle, other: Handle) {
    this.asked = [one, other];
    [this.first, this.second] = [Handle.canonical(one), Handle.canonical(other)].sort() as [
      CanonicalHandle,
      CanonicalHandle,
    ];
  }

  /** @throws {DomainError} pair.same-developer */
  static of(one: Handle, other: Handle): DeveloperPair {
    if (Handle.canonical(one) === Handle.canonical(other)) {
      throw new DomainError('pair.same-developer', `A pair takes two developers; both are ${one}.`);
    }
    return new DeveloperPair(one, other);
  }

  /** Is it still worth money to learn who follows whom? */
  mayBeConnected(organisations: OrganisationsEvidence): boolean {
    return (sharedOf(organisations)?.length ?? 0) > 0;
  }

  /**
   * A developer whom a network does not know settles it, then a "no" from either network (which needs both networks to
   * know both), and only then what somebody holds back.
   */
  evaluate(evidence: Evidence): Evaluation {
    const unknown = this.#unknown(evidence);
    if (unknown.length > 0) return { kind: 'unknown', messages: unknown };

    const { follows, organisations } = evidence;
    const answers = [follows, ...organisations];
    if (answers.some(({ kind }) => kind === 'silent')) return { kind: 'undecided', messages: doubtsIn(answers) };

    const shared = sharedOf(organisations);
    if (follows.kind === 'no' || shared?.length === 0) return NOT_CONNECTED;
    if (follows.kind !== 'yes' || shared === undefined) return { kind: 'undecided', messages: doubtsIn(answers) };
    return { kind: 'decided', connection: { connected: true, organisations: shared } };
  }

  #unknown({ follows, organisations }: Evidence): string[] {
    return this.asked.flatMap((handle, at) => {
      const isUnknown: Record<Network, boolean> = {
        github: organisations[at]?.kind === 'unknown',
        twitter: follows.kind === 'unknown' && follows.developers.has(Handle.canonical(handle)),
      };
      // The words are a promise to our clients, the missing "t" included.
      return (['github', 'twitter'] as const)
        .filter((network) => isUnknown[network])
        .map((network) => `${handle} is no a valid user in ${network}`);
    });
  }
}

/** `undefined`: not known of both. */
const sharedOf = ([one, other]: OrganisationsEvidence): readonly string[] | undefined =>
  one.kind === 'organisations' && other.kind === 'organisations'
    ? [...one.names.intersection(other.names)].sort()
    : undefined;

const doubtsIn = (answers: readonly { kind: string }[]): readonly string[] => [
  ...new Set(answers.filter((answer): answer is Inconclusive => answer.kind === 'cannot-tell').map((d) => d.reason)),
];
