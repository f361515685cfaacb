import type { DataTable } from '@cucumber/cucumber';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { LoggedInDevice } from './app-driver.ts';
import { msOf } from './durations.ts';
import type { Person } from './person.ts';
import type { AppWorld } from './world.ts';

/** The sessions of a table, without ids. */
export const sessionsIn = (table: DataTable, who: Person, { app, people }: AppWorld): Omit<LoggedInDevice, 'id'>[] => {
  const ago = (words: string) => {
    const then = Instant.plusMs(Instant.parse(app.server.now), -msOf(words.replace(/ ago$/, '')));
    return Instant.format(then);
  };
  return table.hashes().map((row) => ({
    device: row.device ?? '',
    ip: row.network === 'home' ? who.ip : people.ipOf(row.network ?? ''),
    createdAt: ago(row.began ?? ''),
    lastSeenAt: ago(row['last seen'] ?? ''),
    isCurrent: row['this one'] === 'yes',
  }));
};
