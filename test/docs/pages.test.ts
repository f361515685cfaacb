import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT, samplesIn } from './samples.ts';

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
const PAGES = globSync(['*.md', 'docs/**/*.md', 'bench/*.md'], { cwd: ROOT }).sort();
const RECORDS = globSync('docs/adr/[0-9]*.md', { cwd: ROOT }).sort();

/** The anchors of a page, as GitHub derives them from headings. */
const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const exists = (page: string, link: string): boolean => {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(target).includes(anchor);
};

describe('CONTRIBUTING.md', () => {
  const commands = samplesIn('CONTRIBUTING.md', read('CONTRIBUTING.md')).flatMap(({ code }) => code.split('\n'));
  const named = (pattern: RegExp) =>
    commands.flatMap((command) => [...command.matchAll(pattern)].map(([, name]) => `${name}`));

  it('names files, scenarios and scripts that exist', () => {
    const files = named(/ ((?:src|test|features|tools)\/[^\s:]+)/g);
    assert.ok(files.length > 4);
    assert.deepEqual(
      files.filter((file) => !existsSync(join(ROOT, file))),
      [],
    );
    for (const [, file = '', line] of commands.join('\n').matchAll(/(\S+\.feature):(\d+)/g)) {
      assert.match(read(file).split('\n')[Number(line) - 1] ?? '', /^\s*Scenario/, `${file}:${line}`);
    }
    const { scripts } = JSON.parse(read('package.json'));
    for (const script of named(/npm run ([\w:]+)/g)) assert.ok(script in scripts, script);
  });

  it('selects tests by names that exist', () => {
    for (const [, name = '', file = ''] of commands.join('\n').matchAll(/--test-name-pattern='(.+?)' (\S+)/g)) {
      assert.ok(read(file).includes(name), `${file} has no test "${name}"`);
    }
    const features = globSync('features/**/*.feature', { cwd: ROOT }).map(read).join('\n');
    for (const name of named(/--name '(.+?)'/g)) assert.match(features, new RegExp(`Scenario.*${name}`));
  });
});

describe('Links', () => {
  it('are found', () => assert.ok(PAGES.length > 40 && RECORDS.length > 30));

  for (const page of PAGES) {
    it(`of ${page} lead to files and headings that exist`, () => {
      const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
      assert.deepEqual(
        links.filter((link) => !/^[a-z]+:/.test(link) && !exists(page, link)),
        [],
      );
    });
  }
});

describe('README.md', () => {
  const SCREENSHOTS = globSync('docs/images/*', { cwd: ROOT }).sort();
  const images = [...read('README.md').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];

  it('shows each screenshot once, and says in words what is on it', () => {
    assert.deepEqual(SCREENSHOTS, ['docs/images/console.png', 'docs/images/license.png']);
    assert.deepEqual(images.map(([, , path]) => path).sort(), SCREENSHOTS);
    for (const [, alt = ''] of images) assert.ok(alt.length > 60 && alt.length < 250, alt);
  });

  for (const path of SCREENSHOTS) {
    it(`loads fast: ${path} is a PNG as wide as a page, below 300 KB`, () => {
      const bytes = readFileSync(join(ROOT, path));
      assert.equal(bytes.toString('latin1', 0, 8), '\x89PNG\r\n\x1a\n');
      const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
      assert.equal(width, 1280);
      assert.ok(height >= 800 && height <= 1800, `${height}`);
      assert.ok(bytes.length < 300_000, `${bytes.length}`);
    });
  }
});

describe('docs/adr/README.md', () => {
  it('lists each record with its title, status and date', () => {
    const rows = RECORDS.map((record) => {
      const [, number, title, status, date] =
        /^# (\d+)\. (.+)\n\nStatus: (accepted|superseded by \d+)\. Date: (\d{4}-\d\d-\d\d)\.\n/.exec(read(record)) ??
        [];
      return `| [${number}](${record.split('/').at(-1)}) | ${title} | ${status} | ${date} |`;
    });
    assert.deepEqual(
      read('docs/adr/README.md')
        .split('\n')
        .filter((line) => line.startsWith('| [')),
      rows,
    );
  });
});

describe('docs/README.md', () => {
  it('lists every page', () => {
    const index = read('docs/README.md');
    const pages = globSync('docs/*.md', { cwd: ROOT }).map((page) => page.split('/').at(-1) ?? '');
    assert.deepEqual(
      pages.filter((page) => page !== 'README.md' && !index.includes(`(${page})`)),
      [],
    );
  });
});

describe('docs/architecture.md', () => {
  it('names the chain from main to listening: at most seven files, each of which imports the next', () => {
    const section = read('docs/architecture.md').split('## From main to listening')[1]?.split('\n## ')[0] ?? '';
    const files = [...section.matchAll(/^\d+\. \[(src\/[^\]]+)\]/gm)].map(([, file = '']) => file);
    assert.ok(files.length > 4 && files.length <= 7);
    const broken = files
      .slice(1)
      .filter((file, index) => !read(files[index] ?? '').includes(file.split('/').at(-1) ?? ''));
    assert.deepEqual(broken, []);
  });
});
