import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startPairApp } from '../http/pair-app.ts';
import { joinAs, TestBrowser, textOf } from './browser.ts';

const HOSTILE = `"><script>alert(1)</script>/?#`;

describe('The pages of pairs', () => {
  let app: Awaited<ReturnType<typeof startPairApp>>;
  let reader: TestBrowser;
  before(async () => {
    app = await startPairApp({ THROTTLE: 'off' });
    reader = new TestBrowser(app, (await joinAs(app, 'reader@example.com', 'reader')).session);
  });
  after(() => app[Symbol.asyncDispose]());

  it('say what to do before the first check', async () => {
    const page = await reader.open('/console/pairs');
    assert.match(page.body, /No pair was checked yet/);
    const chosen = await reader.open('/console/pairs?a=dev1&b=dev%2F2');
    assert.equal(chosen.location, '/console/pairs/dev1/dev%2F2');
    assert.match((await reader.open(chosen.location ?? '')).body, /This pair was never checked/);
  });

  it('check a pair now, and draw its history', async () => {
    const path = '/console/pairs/dev1/dev2';
    const page = await reader.open(path);
    const unknown = await reader.submit(page, path);
    assert.equal(unknown.status, 404);
    assert.match(unknown.text('p', ['class', 'note bad']) ?? '', /dev1 is no a valid user in github/);
    app.befriend('dunlin-labs', 'openmoor');
    const checked = await reader.submit(page, path);
    assert.equal(checked.location, `${path}?done=pair-checked`);
    app.clock.advance(3_600_000);
    app.twitter.unfollow('dev2', 'dev1');
    await reader.submit(page, path);
    const shown = await reader.open(path);
    shown.assertValid();
    assert.deepEqual(shown.all('title').slice(1).map(textOf), [
      'Connected or not, by check. Now not connected. The checks are in the table below.',
      '1 Jan 2026, 00:00:00 UTC: connected through dunlin-labs, openmoor',
      '1 Jan 2026, 01:00:00 UTC: not connected',
    ]);
    const rows = shown.all('tr').slice(1).map(textOf);
    assert.deepEqual(
      rows.map((row) => /^.*?(?=\d+ (?:h|min) ago|just now|1 Jan)/.exec(row)?.[0]),
      ['Not connectedThey do not follow each other', 'Connecteddunlin-labsopenmoor'],
    );
    const list = await reader.open('/console/pairs');
    assert.equal(list.all('tr').length, 3);
    assert.match(list.body, /href="\/console\/pairs\/dev1\/dev2"/);
  });

  it('are exported with all their checks, by people who may', async () => {
    assert.equal((await reader.open('/console/pairs.csv')).status, 403);
    assert.doesNotMatch((await reader.open('/console/pairs')).body, /pairs\.csv/);
    const admin = new TestBrowser(app, (await joinAs(app, 'admin@example.com', 'admin')).session);
    assert.match((await admin.open('/console/pairs')).body, /href="\/console\/pairs\.csv"/);
    const csv = await admin.open('/console/pairs.csv');
    assert.equal(csv.headers['content-disposition'], 'attachment; filename="pairs.csv"');
    assert.deepEqual(csv.body.trimEnd().split('\r\n'), [
      'checked_at,developer_1,developer_2,connected,organisations,missing',
      '2026-01-01T01:00:00Z,dev1,dev2,false,,follows',
      '2026-01-01T00:00:00Z,dev1,dev2,true,dunlin-labs openmoor,',
    ]);
  });

  it('say no later beginning than they know, where not all checks are on the page', async () => {
    const path = '/console/pairs/dev1/dev2';
    app.befriend('dunlin-labs');
    const page = await reader.open(path);
    for (let nth = 0; nth < 51; nth += 1) {
      app.clock.advance(60_000);
      await reader.submit(page, path);
    }
    const lead = (await reader.open(path)).text('div', ['class', 'page-head']) ?? '';
    assert.match(lead, /Connected since 1 Jan 2026 or earlier/);
  });

  it('show hostile names as text, and refuse a pair of one', async () => {
    const path = `/console/pairs/${encodeURIComponent(HOSTILE)}/b`;
    const page = await reader.open(path);
    page.assertValid();
    assert.equal(page.text('h1'), `${HOSTILE} and b`);
    (await reader.open(`/console/pairs?a=${encodeURIComponent(HOSTILE)}`)).assertValid();
    const same = await reader.open('/console/pairs/dev1/DEV1');
    assert.equal(same.status, 422);
    same.assertValid();
    assert.equal((await reader.open(`/console/pairs/${'x'.repeat(301)}/b`)).status, 400);
  });

  it('show the page again where a network does not answer', async () => {
    const path = '/console/pairs/dev1/dev2';
    const page = await reader.open(path);
    app.github.failAlways((_, response) => response.writeHead(500).end());
    const failed = await reader.submit(page, path);
    assert.equal(failed.status, 503);
    assert.match(failed.text('p', ['role', 'alert']) ?? '', /GitHub/);
    assert.match(failed.body, /Check now/);
  });
});
