import { randomUUID } from 'node:crypto';
import { type Page, pagesFrom } from '../../../application/page.ts';
import { Caller } from '../../../domain/access/caller.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import type { UserRecordView } from '../../../ports/user-queries.ts';
import type { CliUseCases, Terminal } from './cli-deps.ts';
import { CommandFailed, EXIT } from './exit-codes.ts';

/** Permission to open the store includes every scope. */
export const caller = Caller.system('cli');
/** One id for all that a run of the command writes into the audit log. */
export const client = { ip: 'command line', userAgent: 'guildhall', requestId: randomUUID() };

export const isId = (typed: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(typed);

/** @throws {DomainError} user.not-found */
export const userAt = async ({ listUsers }: CliUseCases, email: string): Promise<UserRecordView> => {
  const [user] = (await listUsers.execute({ caller, limit: 1, email })).items;
  if (user === undefined) throw new DomainError('user.not-found', `No user has the address ${email}.`);
  return user;
};

/**
 * @param typed an address or an id
 * @throws {DomainError} user.not-found
 */
export const findUser = (useCases: CliUseCases, typed: string): Promise<UserRecordView> =>
  isId(typed) ? useCases.readUser.execute({ caller, userId: typed }) : userAt(useCases, typed);

/** Reads page after page, up to `limit` items. */
export const collectPages = async <Item, Position>(
  limit: number,
  readPage: (limit: number, after: Position | undefined) => Promise<Page<Item, Position>>,
): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const items of pagesFrom<Item, Position>((page) =>
    readPage(Math.min(page.limit, limit - all.length), page.after),
  )) {
    all.push(...items);
    if (all.length >= limit) break;
  }
  return all.slice(0, limit);
};

/**
 * Asks for confirmation, unless `--yes` has given it.
 * @throws {CommandFailed} without a terminal, or where the answer is no
 */
export const confirm = async ({ confirm: ask }: Terminal, question: string, yes: true | undefined): Promise<void> => {
  if (yes) return;
  if (ask === undefined) throw new CommandFailed(['This cannot be undone. Confirm it with --yes.'], EXIT.usage);
  if (!(await ask(question))) throw new CommandFailed(['Nothing was changed.'], EXIT.failed);
};
