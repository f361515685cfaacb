import { MemoryRandomUsers } from '../../src/adapters/driven/memory/memory-random-users.ts';
import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import type { Caller } from '../../src/domain/access/caller.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { PortError } from '../../src/ports/port-error.ts';
import type { RandomUserQuery, RandomUserSource } from '../../src/ports/random-user-source.ts';
import type { UserRecord, Visit } from './app-driver.ts';
import type { Ask } from './ask.ts';

/** Who do not exist, and where they come from. */
export interface RandomPeopleDriver {
  /** @returns who came in */
  letIn(from: Visit, count: number): Promise<readonly UserRecord[]>;
}

/** The real source of the memory, which a scenario may silence or hold to one seed. */
export class RandomPeople implements RandomUserSource {
  readonly #source = new MemoryRandomUsers();
  readonly nationalities = this.#source.nationalities;
  #isSilent = false;
  #seed: string | undefined;

  fallSilent(): void {
    this.#isSilent = true;
  }

  sendTheSameAgain(): void {
    this.#seed = 'the same';
  }

  async draw(wish: RandomUserQuery) {
    if (this.#isSilent) throw new PortError('random-users.unavailable', 'Nobody is to be had');
    return this.#source.draw({ ...wish, seed: this.#seed ?? wish.seed });
  }
}

const MOST = 100;

export const randomPeopleInCore = (
  core: () => Pick<UseCases, 'importRandomUsers'>,
  visitor: (from: Visit) => Promise<{ caller: Caller }>,
): RandomPeopleDriver => ({
  async letIn(from, count) {
    const { caller } = await visitor(from);
    const client = { ip: from.ip, userAgent: from.device, requestId: 'feature' };
    const records: UserRecord[] = [];
    const order = { caller, count, atMost: MOST, withPasswords: false, client };
    for await (const step of core().importRandomUsers.execute(order)) {
      if (step.kind === 'stored') records.push({ ...step.user, createdAt: Instant.format(step.user.createdAt) });
    }
    return records;
  },
});

type WireUser = Omit<UserRecord, 'createdAt'> & Readonly<{ created_at: string }>;

export const randomPeopleOverHttp = (ask: Ask): RandomPeopleDriver => ({
  async letIn(from, count) {
    const users = (await ask(from, 'POST', '/users/import', { expects: 201, json: { count } })).json() as WireUser[];
    return users.map(({ created_at: createdAt, ...rest }) => ({ ...rest, createdAt }));
  },
});
