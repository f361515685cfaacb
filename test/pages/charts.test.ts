import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columnChart, dayTable, legend, lineChart, stepChart } from '../../src/adapters/driving/pages/common/charts.ts';
import type { Html } from '../../src/adapters/driving/pages/common/html.ts';
import { attributeOf, PageAnswer, textOf } from './browser.ts';

const HOSTILE = `"><script>alert(1)</script>&amp;`;

const drawn = (part: Html): PageAnswer => {
  const answer = new PageAnswer({ status: 200, headers: {}, body: String(part) } as never);
  answer.assertValid();
  assert.doesNotMatch(answer.body, /NaN|undefined|Infinity/);
  return answer;
};

const titlesIn = (answer: PageAnswer) => answer.all('title').map(textOf);
const pathOf = (answer: PageAnswer, name: string) =>
  answer.all('path').flatMap((path) => (attributeOf(path, 'class') === name ? attributeOf(path, 'd') : []));

const DAYS = Array.from({ length: 30 }, (_, index) => ({
  day: `2026-11-${String(index + 1).padStart(2, '0')}`,
  values: [index * 1000, 500],
}));

describe('A column chart', () => {
  it('numbers its axis by whole counts', () => {
    const days = [{ day: '2026-11-28', values: [2] }];
    const [axis] = drawn(columnChart({ id: 'v', title: 'Two', series: ['Log-ins'], days }))
      .all('div')
      .slice(1);
    assert.equal(axis && textOf(axis), '210');
  });

  it('stacks the series of each day, the first at the bottom, and labels the values', () => {
    const answer = drawn(
      columnChart({
        id: 'v',
        title: 'Two days',
        series: ['VALID', HOSTILE],
        days: [DAYS[1] ?? assert.fail(), { day: '2026-11-03', values: [0, 1000] }],
      }),
    );
    assert.deepEqual(titlesIn(answer), [
      'Two days',
      `Mon 2 Nov 2026: 1,500 in all. VALID 1,000, ${HOSTILE} 500`,
      `Tue 3 Nov 2026: 1,000 in all. VALID 0, ${HOSTILE} 1,000`,
    ]);
    const bars = answer.all('rect').filter((rect) => /^c\d$/.test(attributeOf(rect, 'class') ?? ''));
    const shown = bars.map((bar) => ['class', 'y', 'height'].map((name) => attributeOf(bar, name)).join(' '));
    assert.deepEqual(shown, ['c1 33.33 66.67', 'c2 0 33.33', 'c2 33.33 66.67'], 'no column for nothing');
  });

  it('takes at most five series, and none at all', () => {
    assert.throws(
      () => columnChart({ id: 'v', title: 'Six', series: ['a', 'b', 'c', 'd', 'e', 'f'], days: [] }),
      RangeError,
    );
    drawn(columnChart({ id: 'v', title: 'None', series: ['a'], days: [] }));
  });

  it('names days and round levels beside the drawing', () => {
    const { body } = drawn(columnChart({ id: 'v', title: 'A month', series: ['VALID', 'EXPIRED'], days: DAYS }));
    assert.match(body, /<div class="y" aria-hidden="true"><span>30k<\/span><span>20k<\/span><span>10k<\/span><span>0</);
    assert.match(body, /<span>1 Nov<\/span><span>8 Nov<\/span><span>15 Nov<\/span><span>22 Nov<\/span><span>30 Nov</);
  });
});

describe('A line chart', () => {
  it('draws a line over a ground and a dashed limit', () => {
    const days = [2, 4, 3].map((used, index) => ({ day: `2026-11-0${index + 1}`, values: [used, 4] }));
    const lines = [
      { label: 'In use', kind: 'trend' },
      { label: 'Sold', kind: 'limit' },
    ] as const;
    const answer = drawn(lineChart({ id: 's', title: 'Seats', lines, days }));
    assert.deepEqual(pathOf(answer, 'trend'), ['M0,50L150,0L300,25']);
    assert.deepEqual(pathOf(answer, 'area'), ['M0,50L150,0L300,25L300,100L150,100L0,100Z']);
    assert.deepEqual(pathOf(answer, 'limit'), ['M0,0L150,0L150,0L300,0L300,0']);
    assert.equal(titlesIn(answer)[2], 'Mon 2 Nov 2026: In use 4, Sold 4');
    for (const few of [[], days.slice(0, 1)]) drawn(lineChart({ id: 's', title: 'Few', lines, days: few }));
  });
});

describe('A step chart', () => {
  const steps = [
    { at: '2026-11-01T00:00:00.000Z', isOn: false, label: 'not connected' },
    { at: '2026-11-02T00:00:00.000Z', isOn: true, label: HOSTILE },
  ];
  const texts = { id: 'h', title: 'History', on: 'Connected', off: 'Not connected' };

  it('keeps a state until the next observation, and the last to the end', () => {
    const answer = drawn(stepChart({ ...texts, steps, until: '2026-11-04T00:00:00.000Z' }));
    assert.deepEqual(pathOf(answer, 'trend'), ['M0,80L100,80L100,20L300,20L300,20']);
    assert.deepEqual(titlesIn(answer).slice(1), [
      '1 Nov 2026, 00:00:00 UTC: not connected',
      `2 Nov 2026, 00:00:00 UTC: ${HOSTILE}`,
    ]);
    assert.deepEqual([pathOf(answer, 'dot off'), pathOf(answer, 'dot')], [['M0 80h.01'], ['M100 20h.01']]);
  });

  it('draws one observation of this very moment', () => {
    drawn(stepChart({ ...texts, steps: steps.slice(0, 1), until: '2026-11-01T00:00:00.000Z' }));
  });
});

describe('The values of a chart', () => {
  it('are a table with the newest day first, and a legend with the colours', () => {
    const answer = drawn(dayTable({ title: 'By day', series: ['VALID', HOSTILE], days: DAYS }));
    assert.deepEqual(
      answer
        .all('tr')
        .slice(1, 3)
        .map((row) => textOf(row)),
      ['Mon 30 Nov 202629,000500', 'Sun 29 Nov 202628,000500'],
    );
    const shown = drawn(legend('By code', [{ label: HOSTILE, values: [5, '6 %'] }], ['Code', 'Today', 'Share']));
    assert.equal(textOf(shown.all('tr')[1] ?? assert.fail()), `${HOSTILE}56 %`);
    assert.equal(attributeOf(shown.all('rect')[0] ?? assert.fail(), 'class'), 'c1');
  });
});
