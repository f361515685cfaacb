import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reportOf, withSectionsByHand } from './report.ts';
import { spreadOf } from './statistics.ts';

describe('reportOf', () => {
  it('lists the goals in their order, each with its outcome, then the notes and the tables', () => {
    const report = reportOf(
      [
        {
          goals: [{ goal: 13, value: spreadOf([131]) }],
          tables: [{ title: 'Memory', head: ['a', 'longer'], rows: [['b', '1']] }],
          notes: ['Something was missing.'],
        },
        { goals: [{ goal: 1, of: 'here', value: spreadOf([0.6]), byCpu: spreadOf([0.5]) }], tables: [] },
      ],
      ['# Title'],
    );
    const lines = report.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
    assert.deepEqual(
      lines.filter((line) => /^\| \d/.test(line)),
      [
        '| 1 | `GET /profile` ÷ bare Fastify with the same response: here | **0.60** | 0.60–0.60 | 0.50 | ≥ 0.55 | ≥ 0.65 | met |',
        '| 13 | idle memory (RSS) | **131 MB** | 131–131 | – | ≤ 105 | ≤ 90 | not met |',
      ],
    );
    const order = ['# Title', '## Goals', '- Something was missing.', '## Memory'].map((line) => lines.indexOf(line));
    assert.deepEqual(
      order.toSorted((one, other) => one - other),
      order,
    );
    assert.equal(order[0], 0);
    assert.match(report, /\| a \| longer \|\n\|---\|--------\|\n\| b \| 1 {6}\|$/);
  });
});

describe('withSectionsByHand', () => {
  it('keeps the comparisons of two commits, which are written by hand', () => {
    const comparisons = '\n## Comparisons of two commits\n\nThe audit log.\n';
    assert.equal(withSectionsByHand('# New', `# Old\n${comparisons}`), `# New\n${comparisons}`);
    assert.equal(withSectionsByHand('# New', '# Old\n'), '# New\n');
  });
});
