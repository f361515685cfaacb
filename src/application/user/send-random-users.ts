import { ImportOrder } from '../../domain/user/import-order.ts';
import type { RandomPerson, RandomUserSource } from '../../ports/random-user-source.ts';
import type { Reception, UserIntake } from '../../ports/user-intake.ts';
import { helpingsOf } from './helpings-of.ts';

export type SendRandomUsersCommand = Readonly<{
  count: number;
  atMost: number;
  nationalities?: readonly string[];
  seed?: string | undefined;
}>;

/** One person has been handed over, or not. */
export type SendStep = RandomPerson & Readonly<{ reception: Reception }>;

/** Hands people who do not exist over to another house, one after the other, as any client would. */
export class SendRandomUsers {
  readonly #deps: { randomUserSource: RandomUserSource; userIntake: UserIntake };

  constructor(deps: { randomUserSource: RandomUserSource; userIntake: UserIntake }) {
    this.#deps = deps;
  }

  /**
   * @throws {DomainError} import.invalid
   * @throws {PortError} random-users.unavailable | random-users.nonsense | user-intake.refused | user-intake.unavailable
   */
  async *execute(command: SendRandomUsersCommand): AsyncGenerator<SendStep, void, void> {
    const { randomUserSource, userIntake } = this.#deps;
    const { nationalities = [], count, atMost, seed } = command;
    const order = ImportOrder.place({ count, atMost, nationalities, known: randomUserSource.nationalities, seed });
    for await (const people of helpingsOf(order, randomUserSource)) {
      for (const person of people) yield { ...person, reception: await userIntake.handOver(person) };
    }
  }
}
