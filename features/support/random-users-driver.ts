import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import type { Caller } from '../../src/domain/access/caller.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { PortError } from '../../src/ports/port-error.ts';
import type { RandomUserQuery, RandomUserSource } from '../../src/ports/random-user-source.ts';
import { MemoryRandomUsers } from '../../test/doubles/memory-random-users.ts';
import type { Origin, PublicUser } from './app-driver.ts';
import type { Ask } from './ask.ts';

/** Importing random users. */
export interface RandomUsersDriver {
  /** @returns the created users */
  importUsers(from: Origin, count: number): Promise<readonly PublicUser[]>;
}

/** The source in memory, which a scenario can stop or fix to one seed. */
export class RandomUsers implements RandomUserSource {
  readonly #source = new MemoryRandomUsers();
  readonly nationalities = this.#source.nationalities;
  #isSilent = false;
  #seed: string | undefined;

  goDown(): void {
    this.#isSilent = true;
  }

  repeat(): void {
    this.#seed = 'the same';
  }

  async draw(query: RandomUserQuery) {
    if (this.#isSilent) throw new PortError('random-users.unavailable', 'The service is down');
    return this.#source.draw({ ...query, seed: this.#seed ?? query.seed });
  }
}

const MAX_COUNT = 100;

export const randomUsersInCore = (
  core: () => Pick<UseCases, 'importRandomUsers'>,
  authenticate: (from: Origin) => Promise<{ caller: Caller }>,
): RandomUsersDriver => ({
  async importUsers(from, count) {
    const { caller } = await authenticate(from);
    const client = { ip: from.ip, userAgent: from.device, requestId: 'feature' };
    const records: PublicUser[] = [];
    const order = { caller, count, atMost: MAX_COUNT, withPasswords: false, client };
    for await (const step of core().importRandomUsers.execute(order)) {
      if (step.kind === 'stored') records.push({ ...step.user, createdAt: Instant.format(step.user.createdAt) });
    }
    return records;
  },
});

type WireUser = Omit<PublicUser, 'createdAt'> & Readonly<{ created_at: string }>;

export const randomUsersOverHttp = (ask: Ask): RandomUsersDriver => ({
  async importUsers(from, count) {
    const users = (await ask(from, 'POST', '/users/import', { expects: 201, json: { count } })).json() as WireUser[];
    return users.map(({ created_at: createdAt, ...rest }) => ({ ...rest, createdAt }));
  },
});
