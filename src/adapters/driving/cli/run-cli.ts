import { Command, CommanderError } from 'commander';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import type { Field } from '../../../domain/shared/message.ts';
import { PortError } from '../../../ports/port-error.ts';
import { auditCommand } from './audit-command.ts';
import type { CliDeps } from './cli-deps.ts';
import { completionCommand } from './completion-command.ts';
import { connectionsCommand } from './connections-command.ts';
import { CommandFailed, EXIT, EXIT_CODES } from './exit-codes.ts';
import { keysCommand } from './keys-command.ts';
import { licenseCommand } from './license-command.ts';
import { escapedLines, paint } from './output.ts';
import { passwordCommand } from './password-command.ts';
import { sessionsCommand } from './sessions-command.ts';
import { staffCommand } from './staff-command.ts';
import {
  backupCommand,
  copyCommand,
  migrateCommand,
  openapiCommand,
  restoreCommand,
  serveCommand,
} from './store-commands.ts';
import { tokenCommand } from './token-command.ts';
import { usersCommand } from './users-command.ts';

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
    .configureOutput({
      writeOut: deps.write,
      writeErr: (text) => deps.writeError(escapedLines(text)),
      getOutHasColors: () => deps.terminal.hasColors,
      getErrHasColors: () => false,
    })
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => paint(true, 'bold', title),
      // One without a description only catches a password that was typed as an argument.
      visibleArguments: ({ registeredArguments }) =>
        registeredArguments.filter(({ description }) => description !== ''),
      subcommandTerm: (command) =>
        command.commands.length > 0 ? command.name() : `${command.name()} ${command.usage()}`.trimEnd(),
    })
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
    sessionsCommand,
    staffCommand,
    tokenCommand,
    connectionsCommand,
    licenseCommand,
    keysCommand,
    auditCommand,
    openapiCommand,
    completionCommand,
  ];
  for (const build of builders) {
    program.addCommand(
      build(deps, (code) => {
        exitCode = code;
      }),
    );
  }
  inheritSettings(program);

  try {
    if (argv.length === 0) program.help();
    await program.parseAsync(withoutHelpOfUnknown(program, argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const failure = failureOf(error);
    deps.writeError(`${failure.messages.map(escapedLines).join('\n')}\n`);
    return failure.exitCode;
  }
};

/** Commander applies settings to one command. A subcommand must not end the process either. */
const inheritSettings = (command: Command): void => {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inheritSettings(child);
  }
};

const HELP = ['help', '--help', '-h'];

/** For `license lose --help`, commander would show the help of `license`. Without the help, it reports the error. */
const withoutHelpOfUnknown = (program: Command, argv: readonly string[]): readonly string[] => {
  let command = program;
  for (const word of argv.filter((each) => each !== 'help')) {
    if (word.startsWith('-') || command.commands.length === 0) return argv;
    const child = command.commands.find((each) => each.name() === word);
    if (child === undefined) return argv.filter((each) => !HELP.includes(each));
    command = child;
  }
  return argv;
};

/** Names of fields in messages: the options that were typed. */
const OPTIONS: Readonly<Partial<Record<Field, string>>> = {
  age: '--age',
  complexity: '--complexity',
  count: '--count',
  days: '--days',
  entitlements: '--entitlement',
  expiresAt: '--until',
  expiresBefore: '--expires-before',
  expiresInDays: '--days',
  from: '--from',
  graceDays: '--grace',
  length: '--length',
  maxActivations: '--seats',
  name: '--name',
  nationalities: '--nat',
  networks: '--network',
  overlapS: '--overlap',
  product: '--product',
  products: '--product',
  scopes: '--scope',
  reason: '--reason',
  seed: '--seed',
  startsAt: 'the beginning of the license',
  to: '--to',
};

const failureOf = (error: unknown): Pick<CommandFailed, 'messages' | 'exitCode'> => {
  if (error instanceof CommandFailed) return error;
  if (error instanceof DomainError) {
    return { messages: error.render((field) => OPTIONS[field] ?? field), exitCode: EXIT_CODES[error.code] };
  }
  if (error instanceof PortError) {
    const messages = error.messages.length > 0 ? error.messages : [error.message];
    return { messages, exitCode: EXIT_CODES[error.code] };
  }
  // A fault of the program. A report of it needs the stack.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { messages: [text], exitCode: EXIT.failed };
};
