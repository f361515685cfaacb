import type { FollowsAnswer, OrganisationsAnswer } from '../../src/domain/developer-pair/evidence.ts';
import { type CanonicalHandle, Handle } from '../../src/domain/developer-pair/handle.ts';
import { canExistOn } from '../../src/domain/developer-pair/service.ts';
import type { FollowGraph } from '../../src/ports/follow-graph.ts';
import type { OrganisationDirectory } from '../../src/ports/organisation-directory.ts';
import type { PortError } from '../../src/ports/port-error.ts';

/** A Twitter in memory, for features and tests. */
export class MemoryFollowGraph implements FollowGraph {
  readonly #members = new Set<CanonicalHandle>();
  readonly #follows = new Set<string>();
  readonly #protected = new Set<CanonicalHandle>();
  #failure: PortError | undefined;

  join(developer: Handle): void {
    this.#members.add(Handle.canonical(developer));
  }

  follow(from: Handle, to: Handle): void {
    this.#follows.add(`${Handle.canonical(from)} ${Handle.canonical(to)}`);
  }

  unfollow(from: Handle, to: Handle): void {
    this.#follows.delete(`${Handle.canonical(from)} ${Handle.canonical(to)}`);
  }

  /** Hides the follow lists of a developer from now on. */
  protect(developer: Handle): void {
    this.#protected.add(Handle.canonical(developer));
  }

  /** Makes every query fail with `failure` from now on; `undefined`: succeed again. */
  failWith(failure: PortError | undefined): void {
    this.#failure = failure;
  }

  async followEachOther(a: Handle, b: Handle, isWorthPaying: () => Promise<boolean>): Promise<FollowsAnswer> {
    if (this.#failure !== undefined) throw this.#failure;
    const both = [a, b];
    const isKnown = (name: Handle) => canExistOn('twitter', name) && this.#members.has(Handle.canonical(name));
    const unknown = both.filter((name) => !isKnown(name)).map((name) => Handle.canonical(name));
    if (unknown.length > 0) return { kind: 'unknown', developers: new Set(unknown) };
    if (!(await isWorthPaying())) return { kind: 'not-asked' };
    const [from, to] = both.map((name) => Handle.canonical(name)) as [CanonicalHandle, CanonicalHandle];
    if (this.#protected.has(from) && this.#protected.has(to)) {
      return { kind: 'inconclusive', reason: 'Twitter does not show the follow lists of protected accounts.' };
    }
    return { kind: this.#follows.has(`${from} ${to}`) && this.#follows.has(`${to} ${from}`) ? 'yes' : 'no' };
  }
}

/** The organisations of a GitHub in memory, for features and tests. */
export class MemoryOrganisationDirectory implements OrganisationDirectory {
  readonly #organisations = new Map<CanonicalHandle, Set<string>>();
  #failure: PortError | undefined;

  join(developer: Handle, ...organisations: readonly string[]): void {
    const key = Handle.canonical(developer);
    this.#organisations.set(key, new Set([...(this.#organisations.get(key) ?? []), ...organisations]));
  }

  /** Makes every query fail with `failure` from now on; `undefined`: succeed again. */
  failWith(failure: PortError | undefined): void {
    this.#failure = failure;
  }

  async organisationsOf(developer: Handle): Promise<OrganisationsAnswer> {
    if (this.#failure !== undefined) throw this.#failure;
    const names = this.#organisations.get(Handle.canonical(developer));
    return names === undefined || !canExistOn('github', developer)
      ? { kind: 'unknown' }
      : { kind: 'organisations', names: new Set(names) };
  }
}
