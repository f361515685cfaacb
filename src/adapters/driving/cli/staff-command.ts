import { Command, Option } from 'commander';
import { ROLE_NAMES, type Role } from '../../../domain/access/scope.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { presentStaff } from '../http/resources/staff/presenter.ts';
import { caller, client, findUser } from './administration.ts';
import type { CliDeps } from './cli-deps.ts';
import { withExamples } from './options.ts';
import { asJson, escaped, listTable } from './output.ts';

export const staffCommand = (deps: CliDeps): Command =>
  new Command('staff')
    .description('Manage the people with a role.')
    .addCommand(addCommand(deps))
    .addCommand(listCommand(deps))
    .addCommand(removeCommand(deps));

type AddOptions = { role: Role; existing?: boolean; json?: true };

const addCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    new Command('add')
      .description(
        'Give a role to the account of an address, and create the account if needed. Prints a token that sets a password within 10 minutes, unless the person keeps theirs.',
      )
      .argument('<email>', 'address of the person')
      .addOption(new Option('--role <role>', 'role').choices(ROLE_NAMES).makeOptionMandatory())
      .option(
        '--existing',
        'the address may have an account, which loses its password if the address is not confirmed and the role is new or higher',
      )
      .option('--json', 'print the person and the token as JSON')
      .action(async (email: string, { role, existing: allowsExisting = false, json }: AddOptions) => {
        const { staff, resetToken } = await withStore('lasting', ({ manageStaff }) =>
          manageStaff.add({ caller, email, role, allowsExisting, client }),
        );
        if (json) return write(asJson({ ...presentStaff(staff), reset_token: resetToken?.reveal() ?? null }));
        const token = resetToken === undefined ? '' : `Reset token, for 10 minutes: ${resetToken.reveal()}\n`;
        write(`${escaped(staff.email)} has the role ${staff.role}.\n${token}`);
      }),
    'guildhall staff add ada@example.com --role admin',
    'guildhall staff add grace@example.com --role support --existing',
  );

const listCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    new Command('list')
      .description('List the people with a role.')
      .option('--json', 'print the people as a JSON array')
      .action(async ({ json }: { json?: true }) => {
        const staff = await withStore('existing', ({ manageStaff }) => manageStaff.list({ caller }));
        if (json) return write(asJson(staff.map(presentStaff)));
        const rows = staff.map(({ email, role, since }) => [email, role, Instant.formatDay(since)]);
        write(await listTable({ head: ['email', 'role', 'since'], rows, noun: 'user', none: 'No user has a role.' }));
      }),
    'guildhall staff list --json',
  );

const removeCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    new Command('remove')
      .description('Remove the role of a user. The account stays.')
      .argument('<user>', 'address or id')
      .action(async (typed: string) => {
        const { email } = await withStore('existing', async (useCases) => {
          const user = await findUser(useCases, typed);
          await useCases.manageStaff.remove({ caller, userId: user.id, client });
          return user;
        });
        write(`${escaped(email)} has no role now.\n`);
      }),
    'guildhall staff remove ada@example.com',
  );
