import type { CanonicalHandle } from './handle.ts';

/** The network knows the developer but does not tell, or not all. `because`: for people, names the network. */
export type Inconclusive = Readonly<{ kind: 'cannot-tell'; reason: string }>;

/** The network did not answer at all: we do not even know whether it knows the developers. */
export type NoResponse = Readonly<{ kind: 'silent' }>;

/** Which organisations does this developer show to the world? */
export type OrganisationsAnswer =
  | Readonly<{ kind: 'organisations'; names: ReadonlySet<string> }>
  | Readonly<{ kind: 'unknown' }>
  | Inconclusive;

/** Does each of the two follow the other? */
export type FollowsAnswer =
  | Readonly<{ kind: 'yes' }>
  | Readonly<{ kind: 'no' }>
  /** At least one of them is nobody there. */
  | Readonly<{ kind: 'unknown'; developers: ReadonlySet<CanonicalHandle> }>
  /** Both are known; the rest would have cost money and could not have changed the verdict. */
  | Readonly<{ kind: 'not-asked' }>
  | Inconclusive;

/** What is known of the organisations of both, in the order they were asked for. */
export type OrganisationsEvidence = readonly [OrganisationsAnswer | NoResponse, OrganisationsAnswer | NoResponse];

/** All that the networks said about a pair, at one moment. */
export type Evidence = Readonly<{ follows: FollowsAnswer | NoResponse; organisations: OrganisationsEvidence }>;
