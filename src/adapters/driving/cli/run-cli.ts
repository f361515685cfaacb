import { Command, CommanderError } from 'commander';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import type { Field } from '../../../domain/shared/message.ts';
import { PortError } from '../../../ports/port-error.ts';
import { backupCommand } from './backup-command.ts';
import type { CliDeps } from './cli-deps.ts';
import { CommandFailed } from './command-failed.ts';
import { connectionsCommand } from './connections-command.ts';
import { copyCommand } from './copy-command.ts';
import { EXIT, EXIT_CODES } from './exit-codes.ts';
import { keysCommand } from './keys-command.ts';
import { licenseCommand } from './license-command.ts';
import { migrateCommand } from './migrate-command.ts';
import { openapiCommand } from './openapi-command.ts';
import { passwordCommand } from './password-command.ts';
import { restoreCommand } from './restore-command.ts';
import { serveCommand } from './serve-command.ts';
import { usersCommand } from './users-command.ts';
import { escaped } from './visible.ts';

/**
 * Runs one command.
 * @param argv without the names of node and of the script
 * @returns the exit code
 */
export const runCli = async (argv: readonly string[], deps: CliDeps): Promise<number> => {
  let exitCode: number = EXIT.done;
  const program = new Command('guildhall')
    .description('Accounts and licenses for people who sell software to developers, self-hosted.')
    .version(deps.version)
    .configureOutput({ writeOut: deps.write, writeErr: (text) => deps.writeError(visibleLines(text)) })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Try `guildhall --help`.')
    .exitOverride();
  const builders = [
    serveCommand,
    migrateCommand,
    copyCommand,
    backupCommand,
    restoreCommand,
    passwordCommand,
    usersCommand,
    connectionsCommand,
    licenseCommand,
    keysCommand,
    openapiCommand,
  ];
  for (const build of builders) {
    program.addCommand(
      build(deps, (code) => {
        exitCode = code;
      }),
    );
  }
  passOn(program);

  try {
    if (argv.length === 0) program.help();
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const failure = failureOf(error);
    deps.writeError(`${failure.messages.map(visibleLines).join('\n')}\n`);
    return failure.exitCode;
  }
};

/** Commander's settings hold for one command; a subcommand must not end the process either. */
const passOn = (command: Command): void => {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    passOn(child);
  }
};

/** Options whose name differs from that of their field. */
const OPTIONS: Readonly<Partial<Record<Field, string>>> = {
  maxActivations: '--seats',
  graceDays: '--grace',
  expiresAt: '--until',
  entitlements: '--entitlement',
};

const failureOf = (error: unknown): Pick<CommandFailed, 'messages' | 'exitCode'> => {
  if (error instanceof CommandFailed) return error;
  if (error instanceof DomainError)
    return { messages: error.render((field) => OPTIONS[field] ?? field), exitCode: EXIT_CODES[error.code] };
  if (error instanceof PortError) {
    const messages = error.messages.length > 0 ? error.messages : [error.message];
    return { messages, exitCode: EXIT_CODES[error.code] };
  }
  // Our own fault: whoever reports it needs the place.
  return {
    messages: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    exitCode: EXIT.failed,
  };
};

const visibleLines = (text: string): string => text.split('\n').map(escaped).join('\n');
