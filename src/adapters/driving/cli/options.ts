import { type Command, InvalidArgumentError } from 'commander';

/** Reads an option that counts. The upper limit is a rule of the domain. */
export const wholeNumber = (raw: string): number => {
  if (!/^\d{1,9}$/.test(raw)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(raw);
};

export const positiveNumber = (raw: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(raw)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(raw);
};

/** Reads a moment. A date means its first second, UTC. */
export const moment = (raw: string): string => (/^\d{4}-\d\d-\d\d$/.test(raw) ? `${raw}T00:00:00Z` : raw);

export const withExamples = (command: Command, ...examples: readonly string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}\n`).join('')}`);
