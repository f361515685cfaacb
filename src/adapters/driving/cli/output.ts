import { styleText } from 'node:util';

const ACTIVE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * Escapes characters that act on a terminal: controls, line ends and marks of the reading direction. Inside a JSON
 * string the escapes mean the same as the characters.
 */
export const escaped = (text: string): string =>
  text.replace(ACTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Escapes each line, and keeps the line ends. */
export const escapedLines = (text: string): string => text.split('\n').map(escaped).join('\n');

/** JSON for scripts that is also safe to look at in a terminal. */
export const asJson = (value: unknown): string => `${escapedLines(JSON.stringify(value, null, 2))}\n`;

export type Color = Parameters<typeof styleText>[0];

export const paint = (hasColors: boolean, color: Color, text: string): string =>
  hasColors ? styleText(color, text, { validateStream: false }) : text;

const TABLE_WIDTH = 80;
const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    (side === 'mid' ? ['', '-mid'] : ['', '-mid', '-left', '-right']).map((part) => [side + part, '']),
  ),
);

type Row = readonly string[];

/** Columns beside one that is whole and very wide are no narrower. */
const LEAST_WIDTH = 8;

/** Of a moment: in a narrow table its cell wraps between the day and the time. */
const DAY_WIDTH = '2026-01-01'.length;

/**
 * Widths of columns that fill at most `width`. Columns of moments are narrowed first, and then the widest column that is
 * not `whole`; their cells wrap.
 */
const columnWidths = (
  rows: readonly Row[],
  width: number,
  { whole = [], moments = [] }: Readonly<{ whole?: readonly number[]; moments?: readonly number[] }> = {},
): number[] => {
  const lengthOf = (row: Row, column: number) => [...(row[column] ?? '')].length;
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((most, row) => Math.max(most, lengthOf(row, column)), 0),
  );
  const excessOf = () => widths.reduce((sum, each) => sum + each, 0) - width;
  for (const column of moments) if (excessOf() > 0) widths[column] = DAY_WIDTH;
  for (let excess = excessOf(); excess > 0; excess -= 1) {
    const flexible = widths.map((each, column) => ([...whole, ...moments].includes(column) ? 0 : each));
    const most = Math.max(...flexible);
    if (most <= LEAST_WIDTH) break;
    const widest = flexible.indexOf(most);
    widths[widest] = Number(widths[widest]) - 1;
  }
  return widths;
};

/** Colours a cell, which has been escaped. */
type PaintCell = (text: string, column: number) => string;

/** Wrapping would cut the codes of a colour. */
const painted = (row: Row, paintCell: PaintCell) =>
  row.map((text, column) => {
    const content = paintCell(text, column);
    return content === text ? text : { content, wordWrap: false };
  });

type List = Readonly<{
  head: Row;
  rows: readonly Row[];
  noun: string;
  plural?: string;
  none: string;
  paintCell?: PaintCell;
}>;

// perf: cli-table3 compares each cell of a table with all others: 20,000 rows take 4 s in place of 58. It also passes rows as
// arguments of a call, of which V8 allows some 125,000.
const ROWS_OF_A_TABLE = 100;

const WHOLE_COLUMNS = ['license key', 'id', 'subject'];
const MOMENT_COLUMNS = ['time', 'last seen', 'activated'];

/**
 * A heading, the rows and their number, without borders; `none` where there is no row. License keys and ids stay whole.
 * @param list.noun what a row is, such as `user`
 */
export const listTable = async ({
  head,
  rows,
  noun,
  plural,
  none,
  paintCell = (text) => text,
}: List): Promise<string> => {
  if (rows.length === 0) return `${none}\n`;
  const { default: Table } = await import('cli-table3');
  const shown = rows.map((row) => row.map(escaped));
  const columnsOf = (names: Row) => head.flatMap((name, column) => (names.includes(name) ? [column] : []));
  const kinds = { whole: columnsOf(WHOLE_COLUMNS), moments: columnsOf(MOMENT_COLUMNS) };
  const options = {
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: columnWidths([head, ...shown], TABLE_WIDTH - 2 * (head.length - 1), kinds),
    wordWrap: true,
    wrapOnWordBoundary: false,
  };
  let text = '';
  for (let from = 0; from < shown.length; from += ROWS_OF_A_TABLE) {
    const table = new Table({ ...options, head: from === 0 ? [...head] : [] });
    table.push(...shown.slice(from, from + ROWS_OF_A_TABLE).map((row) => painted(row, paintCell)));
    text += `${table.toString()}\n`;
  }
  return `${text.replace(/ +$/gm, '')}${counted(rows.length, noun, plural)}\n`;
};

/** The properties of one thing, one on each line. */
export const propertyTable = async (
  rows: readonly (readonly [string, string])[],
  paintCell: PaintCell = (text) => text,
): Promise<string> => {
  const { default: Table } = await import('cli-table3');
  const shown = rows.map(([name, value]) => [name, escaped(value)]);
  const table = new Table(bordered(shown));
  table.push(...shown.map((row) => painted(row, paintCell)));
  return `${table.toString()}\n`;
};

const bordered = (rows: readonly Row[], whole: readonly number[] = []) => {
  const columns = rows[0]?.length ?? 0;
  // Each column has a space on both sides, and a border stands on both sides of each.
  const widths = columnWidths(rows, TABLE_WIDTH - 3 * columns - 1, { whole });
  const style = { head: [], border: [] };
  return { style, colWidths: widths.map((width) => width + 2), wordWrap: true, wrapOnWordBoundary: false };
};

/** A table with borders. The last column stays whole, also where the table becomes wider than a terminal. */
export const secretTable = async (head: Row, rows: readonly Row[]): Promise<string> => {
  const { default: Table } = await import('cli-table3');
  const shown = rows.map((row) => row.map(escaped));
  const table = new Table({ head: [...head], ...bordered([head, ...shown], [head.length - 1]) });
  table.push(...shown.map((row) => [...row]));
  return `${table.toString()}\n`;
};

/** Such as `1 user`, `2 users` and, with `plural`, `2 entries`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;
