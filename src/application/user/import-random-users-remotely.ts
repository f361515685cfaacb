import { ImportOptions } from '../../domain/user/import-order.ts';
import type { RandomUser, RandomUserSource } from '../../ports/random-user-source.ts';
import type { RemoteCreateResult, RemoteUsers } from '../../ports/remote-users.ts';
import { randomUserPages } from './random-user-pages.ts';

export type ImportRandomUsersRemotelyCommand = Readonly<{
  count: number;
  atMost: number;
  nationalities?: readonly string[];
  seed?: string | undefined;
}>;

/** One person has been handed over, or not. */
export type RemoteImportStep = RandomUser & Readonly<{ result: RemoteCreateResult }>;

/** Hands people who do not exist over to another house, one after the other, as any client would. */
export class ImportRandomUsersRemotely {
  readonly #deps: { randomUserSource: RandomUserSource; remoteUsers: RemoteUsers };

  constructor(deps: { randomUserSource: RandomUserSource; remoteUsers: RemoteUsers }) {
    this.#deps = deps;
  }

  /**
   * @throws {DomainError} import.invalid
   * @throws {PortError} random-users.unavailable | random-users.nonsense | user-intake.refused | user-intake.unavailable
   */
  async *execute(command: ImportRandomUsersRemotelyCommand): AsyncGenerator<RemoteImportStep, void, void> {
    const { randomUserSource, remoteUsers } = this.#deps;
    const { nationalities = [], count, atMost, seed } = command;
    const order = ImportOptions.parse({ count, atMost, nationalities, known: randomUserSource.nationalities, seed });
    for await (const people of randomUserPages(order, randomUserSource)) {
      for (const person of people) yield { ...person, result: await remoteUsers.create(person) };
    }
  }
}
