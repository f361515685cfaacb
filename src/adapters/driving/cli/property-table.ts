import { escaped } from './visible.ts';

/** What there is to say of one thing, line by line. */
export const propertyTable = async (rows: readonly (readonly [string, string])[]): Promise<string> => {
  const { default: Table } = await import('cli-table3');
  const table = new Table({ style: { head: [], border: [] } });
  for (const [name, value] of rows) table.push([name, escaped(value)]);
  return `${table.toString()}\n`;
};
