import { type Connection, DeveloperPair } from '../../domain/developer-pair/developer-pair.ts';
import type { NoResponse } from '../../domain/developer-pair/evidence.ts';
import { Handle } from '../../domain/developer-pair/handle.ts';
import { PairCheck } from '../../domain/developer-pair/pair-check.ts';
import { PairCheckId } from '../../domain/developer-pair/pair-check-id.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { networkOf } from '../../domain/throttle/network.ts';
import type { ThrottlePolicy } from '../../domain/throttle/throttle-policy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FollowGraph } from '../../ports/follow-graph.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { OrganisationDirectory } from '../../ports/organisation-directory.ts';
import { PortError } from '../../ports/port-error.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';

/** A question that has been put to a network, for whoever watches. */
export type UpstreamQuery = Readonly<{ network: 'github' | 'twitter'; about: readonly Handle[] }>;

export type ProgressListener = (event: 'asked' | 'answered', question: UpstreamQuery) => void;

type Deps = {
  /** Not there: nobody is limited, as at the command line. */
  limit?: Readonly<{ throttle: Throttle; policy: ThrottlePolicy }>;
  followGraph: FollowGraph;
  organisationDirectory: OrganisationDirectory;
  unitOfWork: UnitOfWork;
  idGenerator: IdGenerator;
  clock: Clock;
};

/**
 * Finds out whether two developers are connected, and writes it down. Everything is asked at once; what costs money
 * waits until the free answers have left it in doubt. A check that cannot be decided leaves no trace.
 */
export class CheckDeveloperPair {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * @param query.client who is limited; each check may cost money
   * @throws {DomainError} handle.malformed | pair.same-developer | developer.unknown | pair.undecided | throttle.exceeded
   * @throws {PortError} upstream.*: a network let us down and the rest does not settle it
   */
  async execute(
    query: Readonly<{ one: string; other: string; client?: Client; onProgress?: ProgressListener }>,
  ): Promise<Connection> {
    const { followGraph, organisationDirectory } = this.#deps;
    const pair = DeveloperPair.of(Handle.parse(query.one), Handle.parse(query.other));
    if (query.client !== undefined) await this.#admit(query.client);
    const [one, other] = pair.asked;
    const failures: PortError[] = [];
    const ask = async <Answer>(
      question: UpstreamQuery,
      answer: () => Promise<Answer>,
    ): Promise<Answer | NoResponse> => {
      query.onProgress?.('asked', question);
      try {
        return await answer();
      } catch (error) {
        if (!(error instanceof PortError)) throw error;
        failures.push(error);
        return { kind: 'silent' };
      } finally {
        query.onProgress?.('answered', question);
      }
    };

    const organisations = Promise.all([
      ask({ network: 'github', about: [one] }, () => organisationDirectory.organisationsOf(one)),
      ask({ network: 'github', about: [other] }, () => organisationDirectory.organisationsOf(other)),
    ]);
    const isWorthPaying = async () => pair.mayBeConnected(await organisations);
    const follows = ask({ network: 'twitter', about: [one, other] }, () =>
      followGraph.followEachOther(one, other, isWorthPaying),
    );
    const [ofBoth, eachOther] = await Promise.all([organisations, follows]);

    const verdict = pair.evaluate({ follows: eachOther, organisations: ofBoth });
    if (verdict.kind === 'unknown') throw new DomainError('developer.unknown', verdict.messages);
    if (verdict.kind === 'undecided') throw undecided(failures, verdict.messages);
    await this.#record(pair, verdict.connection);
    return verdict.connection;
  }

  async #admit(client: Client): Promise<void> {
    const { limit, clock } = this.#deps;
    if (limit === undefined) return;
    const { throttle, policy } = limit;
    await throttle.admit([{ policy, subject: networkOf(client.ip) }], clock.now(), client);
  }

  async #record(pair: DeveloperPair, connection: Connection): Promise<void> {
    const { unitOfWork, idGenerator, clock } = this.#deps;
    const id = PairCheckId.parse(idGenerator.next());
    const check = PairCheck.record({ id, pair, connection, at: clock.now() });
    await unitOfWork.run(({ pairHistory }) => pairHistory.add(check));
  }
}

const undecided = ([first, ...others]: readonly PortError[], messages: readonly string[]): Error =>
  first === undefined ? new DomainError('pair.undecided', messages) : PortError.together([first, ...others]);
