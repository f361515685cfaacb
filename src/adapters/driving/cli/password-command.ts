import { Command, Option } from 'commander';
import type { CliDeps } from './cli-deps.ts';
import { EXIT } from './exit-codes.ts';
import { wholeNumber, withExamples } from './options.ts';
import { asJson } from './output.ts';
import { scenariosAsJson, scenarioTable } from './scenario-table.ts';

const MAX_COUNT = 10_000;
/** Maximum length of a password that is read. A request over HTTP has the same limit. */
export const MAX_SECRET_BYTES = 65_536;

export const passwordCommand = (deps: CliDeps, exitWith: (code: number) => void): Command =>
  new Command('password')
    .description('Generate passwords and read their level.')
    .addCommand(generateCommand(deps))
    .addCommand(levelCommand(deps))
    .addCommand(scenariosCommand(deps, exitWith));

type GenerateOptions = { length: number; complexity: number; count: number; json?: true };

const generateCommand = ({ withoutStore, write, writeError }: CliDeps): Command =>
  withExamples(
    new Command('generate')
      .description('Print generated passwords, one on each line.')
      .addOption(new Option('--length <n>', 'characters, 1 to 128').argParser(wholeNumber).default(16))
      .addOption(
        new Option('--complexity <n>', '1 lowercase, 2 with digits, 3 with capitals, 4 with punctuation')
          .argParser(wholeNumber)
          .default(4),
      )
      .addOption(new Option('--count <n>', 'number of passwords').argParser(wholeNumber).default(1))
      .option('--json', 'print a JSON array')
      .action(async ({ length, complexity, count, json }: GenerateOptions, command: Command) => {
        if (count < 1 || count > MAX_COUNT) command.error(`error: --count must be from 1 to ${MAX_COUNT}.`);
        const { suggestPassword } = await withoutStore();
        const generated = Array.from({ length: count }, () => suggestPassword.execute({ length, complexity }));
        const shown = generated.map(({ password, level }) => ({ password: password.reveal(), level }));
        write(json ? asJson(shown) : shown.map(({ password }) => `${password}\n`).join(''));
        const level = generated[0]?.level ?? complexity;
        if (!json && level !== complexity) {
          writeError(
            `Checks as level ${level}: from 8 characters on, complexity 1 has level 2, and complexity 2 has level 3.\n`,
          );
        }
      }),
    'guildhall password generate --length 12 --complexity 4 --count 3',
  );

const levelCommand = ({ withoutStore, terminal, write }: CliDeps): Command =>
  withExamples(
    new Command('level')
      .description('Read a password from standard input and print its level, 0 to 4.')
      .usage('[options] < file')
      .argument('[none...]')
      .option('--json', 'print a JSON object')
      .action(async (typed: string[], { json }: { json?: true }, command: Command) => {
        // Commander's own error would repeat the password.
        if (typed.length > 0) command.error('error: the password is read from standard input, never an argument.');
        const password = await terminal.readSecret('Password: ', MAX_SECRET_BYTES);
        const level = (await withoutStore()).ratePassword.execute(password);
        write(json ? `${JSON.stringify({ level })}\n` : `${level}\n`);
      }),
    'guildhall password level < password.txt',
  );

const scenariosCommand = ({ withoutStore, terminal, write }: CliDeps, exitWith: (code: number) => void): Command =>
  withExamples(
    new Command('scenarios')
      .description(
        'Generate passwords of many lengths and levels, and check each. Fails if one has another level than expected.',
      )
      .option('--json', 'print a JSON array')
      .action(async ({ json }: { json?: true }) => {
        const scenarios = (await withoutStore()).tryPasswordScenarios.execute();
        write(json ? scenariosAsJson(scenarios) : await scenarioTable(scenarios, terminal.hasColors));
        exitWith(scenarios.every(({ isSuccess }) => isSuccess) ? EXIT.done : EXIT.failed);
      }),
    'guildhall password scenarios',
  );
