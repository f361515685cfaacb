import type { Secret } from '../../../domain/shared/secret.ts';
import { PortError } from '../../../ports/port-error.ts';
import type { CliDeps } from './cli-deps.ts';
import type { Credentials } from './credentials.ts';
import { EXIT } from './exit-codes.ts';
import { barProgress, type ImportProgress, lineProgress } from './import-progress.ts';
import { escaped } from './output.ts';

export type ImportedUser =
  | Readonly<{ isCreated: true; name: string; email: string; password: Secret | undefined }>
  | Readonly<{ isCreated: false; subject: string; reason: string }>;

type Import = Readonly<{
  users: AsyncIterable<ImportedUser>;
  count: number;
  credentials?: Credentials;
  /** The command that continues an interrupted import. */
  continuation: string;
  deps: Pick<CliDeps, 'terminal' | 'writeError'>;
}>;

/**
 * Shows the users as they are created, and their passwords at the end, however the import ends.
 * @returns the exit code: 6 where the import was interrupted by Ctrl-C or by a service that failed
 * @throws {PortError} the service failed before the first user
 */
export const reportImport = async ({ users, count, credentials, continuation, deps }: Import): Promise<number> => {
  const { terminal, writeError } = deps;
  const progress: ImportProgress =
    terminal.bar === undefined ? lineProgress(writeError, count) : await barProgress(terminal.bar, count);
  let isInterrupted = false;
  void terminal.shutdownSignal().then(() => {
    isInterrupted = true;
  });
  const counts = { created: 0, skipped: 0 };
  let failure: PortError | undefined;
  try {
    for await (const user of users) {
      counts[user.isCreated ? 'created' : 'skipped'] += 1;
      if (user.isCreated && user.password !== undefined) {
        credentials?.add({ name: user.name, email: user.email, password: user.password.reveal() });
      }
      progress.step(describe(user));
      if (isInterrupted) break;
    }
  } catch (error) {
    if (!(error instanceof PortError) || counts.created + counts.skipped === 0) throw error;
    failure = error;
  } finally {
    progress.stop();
    await credentials?.close();
  }
  writeError(`${counts.created} of ${count} users created, ${counts.skipped} skipped.\n`);
  if (counts.created + counts.skipped === count) return EXIT.done;
  writeError(`${failure?.message ?? 'Interrupted'}. The created users stay. To continue: ${continuation}\n`);
  return EXIT.cutShort;
};

const describe = (user: ImportedUser): string =>
  escaped(user.isCreated ? `${user.name} <${user.email}>` : `skipped ${user.subject}: ${user.reason}`);
