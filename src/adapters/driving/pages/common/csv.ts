import type { FastifyReply } from 'fastify';
import type { PageRequest } from './page-request.ts';

type Cell = string | number | null | undefined;
type Rows = readonly (readonly Cell[])[];

/** Beginnings that spreadsheets take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

const cellOf = (cell: Cell): string => {
  const text = String(cell ?? '');
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const lineOf = (cells: readonly Cell[]): string => `${cells.map(cellOf).join(',')}\r\n`;

/**
 * Sends a CSV file (RFC 4180), while its rows are read.
 * @param name of the file, without its ending
 */
export const sendCsv = <Item>(
  page: PageRequest,
  name: string,
  columns: readonly string[],
  batches: AsyncIterable<readonly Item[]>,
  rowsOf: (items: readonly Item[]) => Rows | Promise<Rows>,
): FastifyReply => {
  const lines = async function* () {
    yield lineOf(columns);
    for await (const items of batches) yield (await rowsOf(items)).map(lineOf).join('');
  };
  return page.download(`${name}.csv`, 'text/csv; charset=utf-8', lines());
};
