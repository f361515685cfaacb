import { Command, InvalidArgumentError, Option } from 'commander';
import type { ListUsers } from '../../../application/user/list-users.ts';
import { Caller } from '../../../domain/access/caller.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import type { UserView } from '../../../ports/user-queries.ts';
import type { CliDeps } from './cli-deps.ts';
import { usersImportCommand } from './users-import-command.ts';
import { escaped } from './visible.ts';

const PAGE = 100;

export const usersCommand = (deps: CliDeps, exitWith: (code: number) => void): Command =>
  new Command('users')
    .description('People with an account')
    .addCommand(listCommand(deps))
    .addCommand(usersImportCommand(deps, exitWith));

type ListOptions = { limit?: number; email?: string; json?: true };

const listCommand = ({ withStore, write }: CliDeps): Command =>
  new Command('list')
    .description('List everybody, in the order they came')
    .addOption(new Option('--limit <n>', 'at most so many').argParser(count))
    .option('--email <address>', 'only the one with this address, whatever its case')
    .option('--json', 'print a JSON array')
    .action(async ({ limit = Number.POSITIVE_INFINITY, email, json }: ListOptions) => {
      const users = await withStore('existing', ({ listUsers }) => collect(listUsers, limit, email));
      write(json ? asJson(users) : await asTable(users, email));
    });

const count = (raw: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(raw)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(raw);
};

// Whoever can open the store file is its administrator already.
const collect = async (listUsers: ListUsers, limit: number, email: string | undefined): Promise<UserView[]> => {
  const all: UserView[] = [];
  let after: string | undefined;
  do {
    const wish = { caller: Caller.administrator(), limit: Math.min(PAGE, limit - all.length), after, email };
    const { users, next } = await listUsers.execute(wish);
    all.push(...users);
    after = next;
  } while (after !== undefined && all.length < limit);
  return all;
};

const asJson = (users: readonly UserView[]): string => {
  const rows = users.map(({ id, email, name, age, createdAt }) => ({
    id,
    email,
    name,
    age,
    created_at: Instant.format(createdAt),
  }));
  return `${JSON.stringify(rows, null, 2).split('\n').map(escaped).join('\n')}\n`;
};

const asTable = async (users: readonly UserView[], email: string | undefined): Promise<string> => {
  if (users.length === 0) return email === undefined ? 'Nobody has an account yet.\n' : 'Nobody has this address.\n';
  const { default: Table } = await import('cli-table3');
  const table = new Table({ head: ['email', 'name', 'age', 'since', 'id'], style: { head: [], border: [] } });
  for (const { id, email, name, age, createdAt } of users) {
    table.push([escaped(email), escaped(name ?? ''), age === null ? '' : String(age), createdAt.slice(0, 10), id]);
  }
  return `${table.toString()}\n${users.length} ${users.length === 1 ? 'user' : 'users'}\n`;
};
