import { Command, Option } from 'commander';
import { Instant } from '../../../domain/shared/instant.ts';
import { userStatus } from '../../../domain/user/ban.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { UserRecordView } from '../../../ports/user-queries.ts';
import { presentUserRecord } from '../http/resources/users/presenter.ts';
import { caller, client, collectPages, confirm, findUser } from './administration.ts';
import type { CliDeps } from './cli-deps.ts';
import { positiveNumber, wholeNumber, withExamples } from './options.ts';
import { asJson, escaped, listTable, propertyTable } from './output.ts';
import { MAX_SECRET_BYTES } from './password-command.ts';
import { usersImportCommand } from './users-import-command.ts';

export const usersCommand = (deps: CliDeps, exitWith: (code: number) => void): Command =>
  new Command('users')
    .description('Manage users.')
    .addCommand(listCommand(deps))
    .addCommand(showCommand(deps))
    .addCommand(createCommand(deps))
    .addCommand(deleteCommand(deps))
    .addCommand(banCommand(deps))
    .addCommand(unbanCommand(deps))
    .addCommand(mfaResetCommand(deps))
    .addCommand(usersImportCommand(deps, exitWith));

type ListOptions = { limit?: number; email?: string; json?: true };

const listCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    new Command('list')
      .description('List users in the order of their creation.')
      .addOption(new Option('--limit <n>', 'at most this many').argParser(positiveNumber))
      .option('--email <address>', 'only the user with this address, in any case')
      .option('--json', 'print the users as a JSON array')
      .action(async ({ limit = Number.POSITIVE_INFINITY, email, json }: ListOptions) => {
        const users = await withStore('existing', ({ listUsers }) =>
          collectPages(limit, (size, after: UserId | undefined) =>
            listUsers.execute({ caller, limit: size, after, email }),
          ),
        );
        if (json) return write(asJson(users.map(presentUserRecord)));
        const rows = users.map(({ email, name, age, createdAt, ban }) => [
          email,
          name ?? '',
          age === null ? '' : String(age),
          Instant.formatDay(createdAt),
          userStatus(ban),
        ]);
        const head = ['email', 'name', 'age', 'since', 'status'];
        const none = email === undefined ? 'There are no users.' : 'No user has this address.';
        write(await listTable({ head, rows, noun: 'user', none }));
      }),
    'guildhall users list --limit 20',
    'guildhall users list --email ada@example.com --json',
  );

const showCommand = (deps: CliDeps): Command =>
  withExamples(
    new Command('show')
      .description('Show a user.')
      .argument('<user>', 'address or id')
      .option('--json', 'print the user as JSON')
      .action(async (typed: string, { json }: { json?: true }) => {
        await print(deps, await deps.withStore('existing', (useCases) => findUser(useCases, typed)), json);
      }),
    'guildhall users show ada@example.com',
  );

type CreateOptions = { name?: string; age?: number; passwordStdin?: true; json?: true };

const createCommand = (deps: CliDeps): Command =>
  withExamples(
    new Command('create')
      .description('Create a user. Without a password, a password reset sets one.')
      .argument('<email>', 'address of the user')
      .option('--name <name>', 'full name')
      .addOption(new Option('--age <n>', 'age in years').argParser(wholeNumber))
      .option('--password-stdin', 'read a password from standard input; a terminal asks for it')
      .option('--json', 'print the user as JSON')
      // A third word may be a password, which must not appear in an error.
      .argument('[none...]')
      .usage('[options] <email>')
      .action(
        async (email: string, rest: string[], { name, age, passwordStdin, json }: CreateOptions, command: Command) => {
          if (rest.length > 0) command.error('error: too many arguments. Read a password with --password-stdin.');
          const password = passwordStdin && (await deps.terminal.readSecret('Password: ', MAX_SECRET_BYTES));
          const user = await deps.withStore('existing', ({ createUser }) =>
            createUser.execute({ caller, email, name, age, password, client }),
          );
          await print(deps, user, json);
        },
      ),
    'guildhall users create ada@example.com --name "Ada Lovelace" --age 36',
    'guildhall users create ada@example.com --password-stdin < password.txt',
  );

const deleteCommand = ({ withStore, write, terminal }: CliDeps): Command =>
  withExamples(
    new Command('delete')
      .description('Delete a user permanently, with all sessions and licenses.')
      .argument('<user>', 'address or id')
      .option('--yes', 'do not ask for confirmation')
      .action(async (typed: string, { yes }: { yes?: true }) => {
        await confirm(terminal, `Delete the user ${escaped(typed)} with all sessions and licenses?`, yes);
        const { email } = await withStore('existing', async (useCases) => {
          const user = await findUser(useCases, typed);
          await useCases.deleteUser.execute({ caller, userId: user.id, client });
          return user;
        });
        write(`Deleted the user ${escaped(email)}.\n`);
      }),
    'guildhall users delete ada@example.com --yes',
  );

const banCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    new Command('ban')
      .description('Ban a user: their sessions end, they cannot log in, and their licenses validate as BANNED.')
      .argument('<user>', 'address or id')
      .option('--reason <text>', 'reason, for the staff: 1 to 500 characters')
      .action(async (typed: string, { reason }: { reason?: string }) => {
        const { email } = await withStore('existing', async (useCases) => {
          const { id } = await findUser(useCases, typed);
          return useCases.banUser.ban({ caller, userId: id, reason, client });
        });
        write(`Banned the user ${escaped(email)}.\n`);
      }),
    'guildhall users ban ada@example.com --reason "Chargeback of order A-1042"',
  );

const unbanCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    new Command('unban')
      .description('Unban a user. Their licenses are what they were.')
      .argument('<user>', 'address or id')
      .action(async (typed: string) => {
        const { email } = await withStore('existing', async (useCases) => {
          const { id } = await findUser(useCases, typed);
          return useCases.banUser.unban({ caller, userId: id, client });
        });
        write(`Unbanned the user ${escaped(email)}.\n`);
      }),
    'guildhall users unban ada@example.com',
  );

const mfaResetCommand = ({ withStore, write, terminal }: CliDeps): Command =>
  withExamples(
    new Command('mfa-reset')
      .description(
        'Remove the second factor of a user who has lost it, with password and sessions. An email to set a new password follows.',
      )
      .argument('<user>', 'address or id')
      .option('--yes', 'do not ask for confirmation')
      .action(async (typed: string, { yes }: { yes?: true }) => {
        await confirm(terminal, `Remove the second factor, the password and all sessions of ${escaped(typed)}?`, yes);
        const { email } = await withStore('existing', async (useCases) => {
          const user = await findUser(useCases, typed);
          await useCases.manageSecondFactor.reset({ caller, userId: user.id, client });
          return user;
        });
        write(`Removed the second factor of ${escaped(email)}.\n`);
      }),
    'guildhall users mfa-reset ada@example.com --yes',
  );

const print = async ({ write }: CliDeps, user: UserRecordView, json: true | undefined): Promise<void> => {
  if (json) return write(asJson(presentUserRecord(user)));
  const { id, email, name, age, createdAt, ban } = user;
  write(
    await propertyTable([
      ['email', email],
      ['name', name ?? ''],
      ['age', age === null ? '' : String(age)],
      ['since', Instant.format(createdAt)],
      ['status', userStatus(ban)],
      ...(ban === null ? [] : [['banned', Instant.format(ban.at)] as [string, string]]),
      ...(ban?.reason ? [['reason', ban.reason] as [string, string]] : []),
      ['id', id],
    ]),
  );
};
