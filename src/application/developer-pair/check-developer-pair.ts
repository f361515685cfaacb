import { type Connection, DeveloperPair } from '../../domain/developer-pair/developer-pair.ts';
import type { NoResponse } from '../../domain/developer-pair/evidence.ts';
import type { Handle } from '../../domain/developer-pair/handle.ts';
import { PairCheck } from '../../domain/developer-pair/pair-check.ts';
import { PairCheckId } from '../../domain/developer-pair/pair-check-id.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { byNetwork } from '../../domain/throttle/network.ts';
import type { ThrottlePolicy } from '../../domain/throttle/throttle-policy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FollowGraph } from '../../ports/follow-graph.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { OrganisationDirectory } from '../../ports/organisation-directory.ts';
import { PortError } from '../../ports/port-error.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';

/** A query to a network, for progress output. */
export type UpstreamQuery = Readonly<{ network: 'github' | 'twitter'; about: readonly Handle[] }>;

export type ProgressListener = (event: 'asked' | 'answered', query: UpstreamQuery) => void;

export type CheckDeveloperPairCommand = Readonly<{
  developers: readonly [string, string];
  /** The client that the limit counts. */
  client?: Client | undefined;
  onProgress?: ProgressListener | undefined;
}>;

type Deps = {
  /** `undefined`: no limit, as on the command line. */
  limit?: Readonly<{ throttle: Throttle; policy: ThrottlePolicy }>;
  followGraph: FollowGraph;
  organisationDirectory: OrganisationDirectory;
  unitOfWork: UnitOfWork;
  idGenerator: IdGenerator;
  clock: Clock;
};

/**
 * Checks whether two developers are connected and stores the result. Queries run concurrently; a query that costs money
 * runs only if the free ones leave the result open. An undecided check is not stored.
 */
export class CheckDeveloperPair extends UseCase<Deps> {
  /**
   * @throws {DomainError} handle.malformed | pair.same-developer | developer.unknown | pair.undecided | throttle.exceeded
   * @throws {PortError} upstream.*: a network failed and the other answers do not decide
   */
  async execute({ developers, client, onProgress }: CheckDeveloperPairCommand): Promise<Connection> {
    const { followGraph, organisationDirectory } = this.deps;
    const pair = DeveloperPair.parse(developers);
    if (client !== undefined) await this.#limit(client);
    const [a, b] = pair.handles;
    const failures: PortError[] = [];
    const ask = async <Answer>(query: UpstreamQuery, answer: () => Promise<Answer>): Promise<Answer | NoResponse> => {
      onProgress?.('asked', query);
      try {
        return await answer();
      } catch (error) {
        if (!(error instanceof PortError)) throw error;
        failures.push(error);
        return { kind: 'no-response' };
      } finally {
        onProgress?.('answered', query);
      }
    };

    const organisations = Promise.all([
      ask({ network: 'github', about: [a] }, () => organisationDirectory.organisationsOf(a)),
      ask({ network: 'github', about: [b] }, () => organisationDirectory.organisationsOf(b)),
    ]);
    const isWorthPaying = async () => pair.mayBeConnected(await organisations);
    const follows = ask({ network: 'twitter', about: [a, b] }, () => followGraph.followEachOther(a, b, isWorthPaying));
    const [ofBoth, eachOther] = await Promise.all([organisations, follows]);

    const result = pair.evaluate({ follows: eachOther, organisations: ofBoth });
    if (result.kind === 'unknown') throw new DomainError('developer.unknown', result.messages);
    if (result.kind === 'undecided') throw undecided(failures, result.messages);
    await this.#record(pair, result.connection);
    return result.connection;
  }

  async #limit(client: Client): Promise<void> {
    const { limit, clock } = this.deps;
    if (limit === undefined) return;
    const { throttle, policy } = limit;
    await throttle.count(byNetwork(policy, client.ip), clock.now(), client);
  }

  async #record(pair: DeveloperPair, connection: Connection): Promise<void> {
    const { unitOfWork, idGenerator, clock } = this.deps;
    const id = PairCheckId.parse(idGenerator.next());
    const check = PairCheck.record({ id, pair, connection, at: clock.now() });
    await unitOfWork.run(({ pairHistory }) => pairHistory.add(check));
  }
}

const undecided = ([first, ...others]: readonly PortError[], messages: readonly string[]): Error =>
  first === undefined ? new DomainError('pair.undecided', messages) : PortError.together([first, ...others]);
