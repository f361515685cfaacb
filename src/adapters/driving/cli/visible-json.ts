import { escaped } from './visible.ts';

/** For scripts, and for a person who looks at it: JSON in which no character does anything to a terminal. */
export const escapedJson = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).split('\n').map(escaped).join('\n')}\n`;
