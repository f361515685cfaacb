import { ImportOptions } from '../../domain/user/import-options.ts';
import type { Ports } from '../../ports/ports.ts';
import type { RandomUser } from '../../ports/random-user-source.ts';
import type { RemoteCreateResult } from '../../ports/remote-users.ts';
import { UseCase } from '../use-case.ts';
import { randomUserPages } from './random-user-pages.ts';

export type ImportRandomUsersRemotelyCommand = Readonly<{
  count: number;
  atMost: number;
  nationalities?: readonly string[];
  seed?: string | undefined;
}>;

/** The result for one person. */
export type RemoteImportStep = RandomUser & Readonly<{ result: RemoteCreateResult }>;

/** Creates generated users on another server, one after the other, through its public API. */
export class ImportRandomUsersRemotely extends UseCase<Pick<Ports, 'randomUserSource' | 'remoteUsers'>> {
  /**
   * @throws {DomainError} import.invalid
   * @throws {PortError} random-users.unavailable | random-users.nonsense | user-intake.refused | user-intake.unavailable
   */
  async *execute(command: ImportRandomUsersRemotelyCommand): AsyncGenerator<RemoteImportStep, void, void> {
    const { randomUserSource, remoteUsers } = this.deps;
    const { nationalities = [], count, atMost, seed } = command;
    const order = ImportOptions.parse({ count, atMost, nationalities, known: randomUserSource.nationalities, seed });
    for await (const people of randomUserPages(order, randomUserSource)) {
      for (const person of people) yield { ...person, result: await remoteUsers.create(person) };
    }
  }
}
