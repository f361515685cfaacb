import type { FollowsAnswer, OrganisationsAnswer } from '../../../domain/developer-pair/evidence.ts';
import { type CanonicalHandle, Handle } from '../../../domain/developer-pair/handle.ts';
import { canExistOn } from '../../../domain/developer-pair/network.ts';
import type { FollowGraph } from '../../../ports/follow-graph.ts';
import type { OrganisationDirectory } from '../../../ports/organisation-directory.ts';
import type { PortError } from '../../../ports/port-error.ts';

/** Who follows whom, in memory: for features. Nobody is known before they join. */
export class MemoryFollowGraph implements FollowGraph {
  readonly #members = new Set<CanonicalHandle>();
  readonly #follows = new Set<string>();
  readonly #shut = new Set<CanonicalHandle>();
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

  /** From now on nobody is shown whom they follow and who follows them. */
  protect(developer: Handle): void {
    this.#shut.add(Handle.canonical(developer));
  }

  /** From now on every question fails like this; `undefined`: it is well again. */
  failWith(failure: PortError | undefined): void {
    this.#failure = failure;
  }

  async followEachOther(one: Handle, other: Handle, isWorthPaying: () => Promise<boolean>): Promise<FollowsAnswer> {
    if (this.#failure !== undefined) throw this.#failure;
    const both = [one, other];
    const isKnown = (name: Handle) => canExistOn('twitter', name) && this.#members.has(Handle.canonical(name));
    const unknown = both.filter((name) => !isKnown(name)).map((name) => Handle.canonical(name));
    if (unknown.length > 0) return { kind: 'unknown', developers: new Set(unknown) };
    if (!(await isWorthPaying())) return { kind: 'not-asked' };
    const [a, b] = both.map((name) => Handle.canonical(name)) as [CanonicalHandle, CanonicalHandle];
    if (this.#shut.has(a) && this.#shut.has(b)) {
      return { kind: 'inconclusive', reason: 'Twitter shows the lists of protected accounts to nobody.' };
    }
    return { kind: this.#follows.has(`${a} ${b}`) && this.#follows.has(`${b} ${a}`) ? 'yes' : 'no' };
  }
}

/** Who shows which organisations, in memory: for features. */
export class MemoryOrganisationDirectory implements OrganisationDirectory {
  readonly #organisations = new Map<CanonicalHandle, Set<string>>();
  #failure: PortError | undefined;

  join(developer: Handle, ...organisations: readonly string[]): void {
    const key = Handle.canonical(developer);
    this.#organisations.set(key, new Set([...(this.#organisations.get(key) ?? []), ...organisations]));
  }

  /** From now on every question fails like this; `undefined`: it is well again. */
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
