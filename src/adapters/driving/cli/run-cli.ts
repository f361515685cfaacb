import { Command, CommanderError } from 'commander';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import { PortError } from '../../../ports/port-error.ts';
import type { CliDeps } from './cli-deps.ts';
import { EXIT, EXIT_CODES } from './exit-codes.ts';
import { keysCommand } from './keys-command.ts';
import { licenseCommand } from './license-command.ts';
import { migrateCommand } from './migrate-command.ts';
import { openapiCommand } from './openapi-command.ts';
import { serveCommand } from './serve-command.ts';
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
    .configureOutput({ writeOut: deps.write, writeErr: deps.writeError })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Try `guildhall --help`.')
    .exitOverride();
  for (const build of [serveCommand, migrateCommand, usersCommand, licenseCommand, keysCommand, openapiCommand]) {
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
    return exitCodeOf(error, deps);
  }
};

/** Commander's settings hold for one command; a subcommand must not end the process either. */
const passOn = (command: Command): void => {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    passOn(child);
  }
};

const exitCodeOf = (error: unknown, { writeError }: CliDeps): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof DomainError) {
    writeError(`${error.sentences.join('\n')}\n`);
    return EXIT_CODES[error.code];
  }
  if (error instanceof PortError) {
    writeError(`${error.message}\n`);
    return EXIT_CODES[error.code];
  }
  throw error;
};
