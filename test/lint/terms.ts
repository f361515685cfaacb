import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXCEPTIONS, FIXED_NAMES, OLD_TERMS } from './old-terms.ts';

/** What is read: everything that a developer, an operator or a client may read. */
const READ = [
  '{src,test,features,bench,docs,migrations,deploy,tools}/**/*.{ts,js,mjs,md,feature,yml,yaml,json,cfg,sh,py}',
  '*.{md,yml,json,mjs}',
  '{Makefile,Dockerfile,.env.example,.gitignore,.ci/run}',
];
const NOT_READ = ['**/node_modules/**', '**/build/**', '**/package-lock.json', 'bench/results.json'];

export type Finding = Readonly<{ path: string; line: number; word: string }>;

/** The words of a line; `camelCase`, `kebab-case` and `snake_case` names are taken apart. */
export const wordsOf = (line: string): string[] =>
  FIXED_NAMES.reduce((text, name) => text.replaceAll(name, ''), line)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u);

/** The words of a line, and each two of them that follow each other. */
const termsOf = (line: string): string[] => {
  const words = wordsOf(line);
  return words.flatMap((word, index) => [word, `${word} ${words[index + 1]}`]);
};

/** @returns each old term in `text`, once for each line, that no exception allows in this file */
export const oldTermsIn = (path: string, text: string): Finding[] => {
  const allowed = new Set(
    EXCEPTIONS.flatMap((exception) =>
      path === exception.path || (exception.path.endsWith('/') && path.startsWith(exception.path))
        ? exception.words
        : [],
    ),
  );
  return text
    .split('\n')
    .flatMap((line, index) =>
      [...new Set(termsOf(line))]
        .filter((word) => Object.hasOwn(OLD_TERMS, word) && !allowed.has(word))
        .map((word) => ({ path, line: index + 1, word })),
    );
};

/** Doc comments of production code that do not begin with what the thing is or does. */
export const unnamedSubjectsIn = (path: string, text: string): Finding[] =>
  !path.startsWith('src/') || path.endsWith('.test.ts')
    ? []
    : [...text.matchAll(/\/\*\*\s+(?:\* )?(Who|Whoever|What|Whatever)\b/g)].map(({ 1: word = '', index }) => ({
        path,
        line: text.slice(0, index).split('\n').length,
        word: `/** ${word}`,
      }));

/** @returns the files that were read, and what was found in their names and texts */
export const lintTerms = (root: string): { read: number; findings: Finding[] } => {
  const paths = READ.flatMap((pattern) => globSync(pattern, { cwd: root, exclude: NOT_READ }));
  const findings = paths.flatMap((path) => {
    const inName = oldTermsIn(path, path).map(({ word }) => ({ path, line: 0, word }));
    const text = readFileSync(`${root}/${path}`, 'utf8');
    return [...inName, ...oldTermsIn(path, text), ...unnamedSubjectsIn(path, text)];
  });
  return { read: paths.length, findings };
};

if (import.meta.main) {
  const { read, findings } = lintTerms(fileURLToPath(new URL('../..', import.meta.url)));
  for (const { path, line, word } of findings)
    console.error(`${path}:${line}  "${word}": ${OLD_TERMS[word] ?? 'name the subject'}`);
  console.log(`Old terms: ${findings.length} in ${read} files.`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
