import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** A fenced block of a page. */
export type Sample = Readonly<{ page: string; line: number; language: string; code: string }>;

/** @returns the fenced blocks of a page, in order */
export const samplesIn = (page: string, markdown: string): Sample[] =>
  [...markdown.matchAll(/^```(\S*)\n(.*?)^```$/gms)].map(({ 1: language = '', 2: code = '', index }) => ({
    page,
    line: markdown.slice(0, index).split('\n').length,
    language,
    code,
  }));

/** @returns every sample of README.md and docs/ */
export const allSamples = (): Sample[] =>
  globSync(['README.md', 'docs/**/*.md'], { cwd: ROOT })
    .sort()
    .flatMap((page) => samplesIn(page, readFileSync(join(ROOT, page), 'utf8')));

/** @returns the samples of one page in one language */
export const samplesOf = (page: string, language: string): string[] =>
  allSamples()
    .filter((sample) => sample.page === page && sample.language === language)
    .map(({ code }) => code);
