import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a row of docs/security.md may say of its requirement. */
export const STATUSES = ['tested', 'in part', 'holds', 'no', 'not applicable', 'unverified'] as const;

export type Row = Readonly<{ id: string; level: string; status: string; reason: string }>;

const ID = String.raw`\d+\.\d+\.\d+`;
const NAMES = new RegExp(`ASVS (${ID}(?:(?:, | and )${ID})*)`, 'g');

/** @returns the ids that follow the word ASVS in `text`, as they do in test names */
export const idsIn = (text: string): string[] =>
  [...text.matchAll(NAMES)].flatMap(([, ids = '']) => ids.split(/, | and /));

/** @returns the rows of the table of requirements of `page` */
export const rowsOf = (page: string): Row[] => {
  const section = page.split('\n## Requirements of ASVS 5.0\n')[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
    .map((line) => {
      const [id = '', level = '', status = '', reason = ''] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return { id, level, status, reason };
    });
};

/** @returns one sentence for each difference between the rows of the page and the ids that tests name */
export const differences = (rows: readonly Row[], named: ReadonlySet<string>): string[] => {
  const found: string[] = [];
  const listed = new Set<string>();
  for (const { id, level, status, reason } of rows) {
    if (listed.has(id)) found.push(`${id} has two rows.`);
    listed.add(id);
    if (!/^[123]$/.test(level)) found.push(`${id} has no level.`);
    if (!STATUSES.some((known) => known === status)) found.push(`${id} has the unknown status "${status}".`);
    if (status === 'tested' && !named.has(id)) found.push(`${id} is listed as tested, and no test name has it.`);
    if (status !== 'tested' && reason === '') found.push(`${id} is "${status}" without a reason.`);
    if (['holds', 'no', 'not applicable', 'unverified'].includes(status) && named.has(id)) {
      found.push(`${id} is named by a test, and listed as "${status}".`);
    }
  }
  for (const id of named) if (!listed.has(id)) found.push(`${id} is named by a test, and not listed.`);
  return found;
};

/** @returns how many rows of each level have each status, one line a level */
export const counts = (rows: readonly Row[]): string[] =>
  ['1', '2', '3'].map((level) => {
    const ofLevel = rows.filter((row) => row.level === level);
    const parts = STATUSES.map((status) => `${ofLevel.filter((row) => row.status === status).length} ${status}`);
    return `L${level}: ${ofLevel.length} requirements, ${parts.join(', ')}`;
  });

/** @returns the rows of docs/security.md and the ids that the tests under `root` name */
export const readAsvs = (root: string): { rows: Row[]; named: Set<string> } => {
  const paths = globSync(['{src,test}/**/*.ts', 'features/**/*.feature', 'tools/browser/*.ts'], {
    cwd: root,
    exclude: ['test/lint/**', '**/node_modules/**'],
  });
  return {
    rows: rowsOf(readFileSync(`${root}/docs/security.md`, 'utf8')),
    named: new Set(paths.flatMap((path) => idsIn(readFileSync(`${root}/${path}`, 'utf8')))),
  };
};

if (import.meta.main) {
  const { rows, named } = readAsvs(fileURLToPath(new URL('../..', import.meta.url)));
  const found = differences(rows, named);
  for (const line of counts(rows)) console.log(line);
  for (const line of found) console.error(line);
  process.exitCode = found.length > 0 ? 1 : 0;
}
