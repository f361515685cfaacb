import type { Secret } from '../../../domain/shared/secret.ts';
import { PortError } from '../../../ports/port-error.ts';
import type { CliDeps } from './cli-deps.ts';
import type { Credentials } from './credentials.ts';
import { CommandFailed, EXIT } from './exit-codes.ts';
import { barProgress, type ImportProgress, lineProgress } from './import-progress.ts';
import { escaped } from './output.ts';

export type ImportedUser =
  | Readonly<{ isCreated: true; name: string; email: string; password: Secret | undefined }>
  | Readonly<{ isCreated: false; subject: string; reason: string }>;

/** Takes the users as they are created, and shows them. */
type Take = (users: AsyncIterable<ImportedUser>, credentials?: Credentials) => Promise<void>;

type Import = Readonly<{
  /** Creates the users. It says why a store failed, which it opens and closes. */
  run(take: Take): Promise<void>;
  count: number;
  /** The command that continues an interrupted import. */
  continuation: string;
  deps: Pick<CliDeps, 'terminal' | 'writeError'>;
}>;

/**
 * Shows the users as they are created, and their passwords at the end, however the import ends.
 * @returns the exit code: 6 where the import was interrupted by Ctrl-C, or by a failure after the first user
 * @throws {PortError | CommandFailed} a failure before the first user
 */
export const reportImport = async ({ run, count, continuation, deps }: Import): Promise<number> => {
  const { terminal, writeError } = deps;
  let isInterrupted = false;
  const counts = { created: 0, skipped: 0 };
  const take: Take = async (users, credentials) => {
    const progress: ImportProgress =
      terminal.bar === undefined ? lineProgress(writeError, count) : await barProgress(terminal.bar, count);
    void terminal.shutdownSignal().then(() => {
      isInterrupted = true;
    });
    try {
      for await (const user of users) {
        counts[user.isCreated ? 'created' : 'skipped'] += 1;
        progress.step(describe(user));
        if (user.isCreated && user.password !== undefined) {
          credentials?.add({ name: user.name, email: user.email, password: user.password.reveal() });
        }
        if (isInterrupted) break;
      }
    } finally {
      progress.stop();
      await credentials?.close();
    }
  };
  let failure: string | undefined;
  try {
    await run(take);
  } catch (error) {
    const isExpected = error instanceof PortError || error instanceof CommandFailed;
    if (!isExpected || counts.created === 0) throw error;
    failure = error instanceof PortError ? `${error.message}.` : error.message;
  }
  writeError(`${counts.created} of ${count} users created, ${counts.skipped} skipped.\n`);
  if (failure === undefined && counts.created + counts.skipped === count) return EXIT.done;
  writeError(`${escaped(`${failure ?? 'Interrupted.'} The created users stay. To continue: ${continuation}`)}\n`);
  return EXIT.cutShort;
};

const describe = (user: ImportedUser): string =>
  escaped(user.isCreated ? `${user.name} <${user.email}>` : `skipped ${user.subject}: ${user.reason}`);
