import { Command, Option } from 'commander';
import type { CliDeps } from './cli-deps.ts';
import { EXIT } from './exit-codes.ts';
import { scenariosAsJson, scenarioTable } from './scenario-table.ts';
import { wholeNumber } from './whole-number.ts';

const MOST_AT_ONCE = 10_000;
/** The longest that is read for its level; a request over HTTP may be as long. */
const MOST_BYTES = 65_536;

export const passwordCommand = (deps: CliDeps, exitWith: (code: number) => void): Command =>
  new Command('password')
    .description('Make up passwords, and read their level')
    .addCommand(generateCommand(deps))
    .addCommand(levelCommand(deps))
    .addCommand(scenariosCommand(deps, exitWith));

type GenerateOptions = { length: number; complexity: number; count: number; json?: true };

const generateCommand = ({ withoutStore, write, writeError }: CliDeps): Command =>
  new Command('generate')
    .description('Print generated passwords, one a line')
    .addOption(new Option('--length <n>', 'characters, 1 to 128').argParser(wholeNumber).default(16))
    .addOption(
      new Option('--complexity <n>', '1 lowercase, 2 with digits, 3 with capitals, 4 with punctuation')
        .argParser(wholeNumber)
        .default(4),
    )
    .addOption(new Option('--count <n>', 'so many').argParser(wholeNumber).default(1))
    .option('--json', 'print a JSON array')
    .action(async ({ length, complexity, count, json }: GenerateOptions, command: Command) => {
      if (count < 1 || count > MOST_AT_ONCE) command.error(`error: --count must be from 1 to ${MOST_AT_ONCE}.`);
      const { suggestPassword } = await withoutStore();
      const made = Array.from({ length: count }, () => suggestPassword.execute({ length, complexity }));
      const shown = made.map(({ password, level }) => ({ password: password.reveal(), level }));
      write(json ? `${JSON.stringify(shown, null, 2)}\n` : shown.map(({ password }) => `${password}\n`).join(''));
      const level = made[0]?.level ?? complexity;
      if (!json && level !== complexity) {
        writeError(`Checks as level ${level}: from 8 characters on, levels 1 and 2 count one more.\n`);
      }
    });

const levelCommand = ({ withoutStore, terminal, write }: CliDeps): Command =>
  new Command('level')
    .description('Read a password from standard input and print its level, 0 to 4')
    .usage('[options] < file')
    .argument('[none...]')
    .option('--json', 'print a JSON object')
    .action(async (typed: string[], { json }: { json?: true }, command: Command) => {
      // Told here and not by commander, which would repeat what was typed.
      if (typed.length > 0) command.error('error: the password is read from standard input, never an argument.');
      const password = await terminal.readSecret('Password: ', MOST_BYTES);
      if (password === undefined) return command.error(`error: the password is longer than ${MOST_BYTES} bytes.`);
      const level = (await withoutStore()).ratePassword.execute(password);
      write(json ? `${JSON.stringify({ level })}\n` : `${level}\n`);
    });

const scenariosCommand = ({ withoutStore, terminal, write }: CliDeps, exitWith: (code: number) => void): Command =>
  new Command('scenarios')
    .description('Generate passwords of many lengths and levels, and check each; fails if one is not what it should be')
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: true }) => {
      const scenarios = (await withoutStore()).tryPasswordScenarios.execute();
      write(json ? scenariosAsJson(scenarios) : await scenarioTable(scenarios, terminal.hasColors));
      exitWith(scenarios.every(({ isSuccess }) => isSuccess) ? EXIT.done : EXIT.failed);
    });
