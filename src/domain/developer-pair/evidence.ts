import type { CanonicalHandle } from './handle.ts';

/** The service knows the developer but withholds the answer or a part of it. `reason`: public, names the service. */
export type Inconclusive = Readonly<{ kind: 'inconclusive'; reason: string }>;

/** The service did not answer: not even whether it knows the developers is known. */
export type NoResponse = Readonly<{ kind: 'no-response' }>;

/** The public organisations of one developer. */
export type OrganisationsAnswer =
  | Readonly<{ kind: 'organisations'; names: ReadonlySet<string> }>
  | Readonly<{ kind: 'unknown' }>
  | Inconclusive;

/** Whether each of two developers follows the other. */
export type FollowsAnswer =
  | Readonly<{ kind: 'yes' }>
  | Readonly<{ kind: 'no' }>
  /** The service does not know at least one of them. */
  | Readonly<{ kind: 'unknown'; developers: ReadonlySet<CanonicalHandle> }>
  /** The service knows both. The follow look-up costs money and could not have changed the result. */
  | Readonly<{ kind: 'not-asked' }>
  | Inconclusive;

/** The organisations of both developers, in the order of the request. */
export type OrganisationsEvidence = readonly [OrganisationsAnswer | NoResponse, OrganisationsAnswer | NoResponse];

/** All answers of the services about one pair. */
export type Evidence = Readonly<{ follows: FollowsAnswer | NoResponse; organisations: OrganisationsEvidence }>;
