import assert from 'node:assert/strict';

const UNITS_MS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  year: 365 * 86_400_000,
};

/** `7 days`, `a year`, or `7 days less 1 second`. Unit of the answer: milliseconds. */
export const DURATION = /(?:a|an|\d+) (?:second|minute|hour|day|year)s?(?: less \d+ seconds?)?/;

export const msOf = (words: string): number => {
  const [whole = '', less] = words.split(' less ');
  return countMs(whole) - (less === undefined ? 0 : countMs(less));
};

const countMs = (words: string): number => {
  const [count = '', unit = ''] = words.split(' ');
  const ms = UNITS_MS[unit.replace(/s$/, '')] ?? assert.fail(`Not a time: ${words}`);
  return (/^an?$/.test(count) ? 1 : Number(count)) * ms;
};
