import { Command } from 'commander';
import { Instant } from '../../../domain/shared/instant.ts';
import { caller, client, collectPages, confirm, findUser } from './administration.ts';
import type { CliDeps } from './cli-deps.ts';
import { withExamples } from './options.ts';
import { asJson, counted, escaped, listTable } from './output.ts';

export const sessionsCommand = (deps: CliDeps): Command =>
  new Command('sessions')
    .description('List and end the sessions of users.')
    .addCommand(listCommand(deps))
    .addCommand(endCommand(deps));

const listCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    new Command('list')
      .description('List the sessions of a user, in the order of their log-ins.')
      .argument('<user>', 'address or id')
      .option('--json', 'print the sessions as a JSON array')
      .action(async (typed: string, { json }: { json?: true }) => {
        const found = await withStore('existing', async (useCases) => {
          const { id } = await findUser(useCases, typed);
          return collectPages(Number.POSITIVE_INFINITY, (limit, after: string | undefined) =>
            useCases.listSessions.ofUser({ caller, userId: id, limit, after }),
          );
        });
        const sessions = found.map(({ id, createdAt, lastSeenAt, ip, userAgent }) => ({
          id,
          created_at: Instant.format(createdAt),
          last_seen_at: Instant.format(lastSeenAt),
          ip,
          user_agent: userAgent,
        }));
        if (json) return write(asJson(sessions));
        const rows = sessions.map((session) => [
          session.id,
          session.last_seen_at,
          `${session.ip} ${session.user_agent}`,
        ]);
        const head = ['id', 'last seen', 'client'];
        write(await listTable({ head, rows, noun: 'session', none: 'The user has no session.' }));
      }),
    'guildhall sessions list ada@example.com',
  );

const endCommand = ({ withStore, write, terminal }: CliDeps): Command =>
  withExamples(
    new Command('end')
      .description('End one session, or all sessions of a user.')
      .argument('[session]', 'id of the session')
      .option('--user <user>', 'address or id of a user whose sessions end')
      .option('--yes', 'do not ask for confirmation of --user')
      .action(async (typed: string | undefined, { user, yes }: { user?: string; yes?: true }, command: Command) => {
        if ((typed === undefined) === (user === undefined)) {
          command.error('error: name either a session or --user <user>.');
        }
        if (user !== undefined) await confirm(terminal, `End all sessions of ${escaped(user)}?`, yes);
        const ended = await withStore('existing', async (useCases) => {
          if (user !== undefined) {
            const { id: userId } = await findUser(useCases, user);
            return useCases.endSession.allOf({ caller, userId, client });
          }
          await useCases.endSession.execute({ caller, sessionId: typed as string, client });
          return 1;
        });
        write(`Ended ${counted(ended, 'session')}.\n`);
      }),
    'guildhall sessions end 019b76da-a800-7000-8000-000000000001',
    'guildhall sessions end --user ada@example.com --yes',
  );
