import { InvalidArgumentError } from 'commander';

/** Reads an option that counts something. What is too many is for a rule to say. */
export const wholeNumber = (raw: string): number => {
  if (!/^\d{1,9}$/.test(raw)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(raw);
};
