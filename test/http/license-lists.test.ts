import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LicenseApp, startLicenseApp } from './license-app.ts';

const nextIn = (link: unknown): string | undefined => /^<([^>]+)>; rel="next"$/.exec(String(link))?.[1];

/** All pages behind `path`, as `order` numbers. */
const pages = async (app: LicenseApp, path: string, session?: string): Promise<number[][]> => {
  const all: number[][] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer: Awaited<ReturnType<LicenseApp['call']>> = await (session === undefined
      ? app.asAdmin('GET', next)
      : app.call('GET', next, { session }));
    assert.equal(answer.status, 200, answer.body);
    all.push(answer.json().map(({ metadata }: { metadata: { n: number } }) => metadata.n));
    next = nextIn(answer.headers.link);
  }
  return all;
};

const fill = async (app: LicenseApp) => {
  const ends = ['2026-03-01', '2025-12-20', '2026-02-01', '2025-12-01', undefined, '2026-02-01'];
  for (const [nth, end] of ends.entries()) {
    const terms = { metadata: { n: nth + 1 }, product: nth % 2 === 0 ? 'editor' : 'viewer & co', grace_days: 15 };
    const owner = nth < 4 ? app.ada.id : app.bob.id;
    await app.issue(end === undefined ? terms : { ...terms, expires_at: `${end}T00:00:00Z` }, owner);
  }
};

describe('lists of licenses over HTTP', () => {
  it('come page by page, in the order of issue, each license once', async () => {
    await using app = await startLicenseApp();
    await fill(app);
    assert.deepEqual(await pages(app, '/licenses'), [[1, 2, 3, 4, 5, 6]]);
    assert.deepEqual(await pages(app, '/licenses?limit=2'), [
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    assert.deepEqual(await pages(app, '/licenses?limit=6'), [[1, 2, 3, 4, 5, 6]]);
  });

  it('are filtered, and stay filtered on the next page', async () => {
    await using app = await startLicenseApp();
    await fill(app);
    assert.deepEqual(await pages(app, '/licenses?limit=2&product=viewer%20%26%20co'), [[2, 4], [6]]);
    assert.deepEqual(await pages(app, `/licenses?user_id=${app.bob.id}`), [[5, 6]]);
    assert.deepEqual(await pages(app, '/licenses?status=active&limit=3'), [[1, 3, 5], [6]]);
    assert.deepEqual(await pages(app, '/licenses?status=expired'), [[4]]);
    assert.deepEqual(await pages(app, '/licenses?status=in_grace'), [[2]]);
    assert.deepEqual(await pages(app, '/licenses?status=revoked'), [[]]);
  });

  it('are sorted by their ends where a filter asks for ends before a moment', async () => {
    await using app = await startLicenseApp();
    await fill(app);
    assert.deepEqual(await pages(app, '/licenses?limit=2&expires_before=2026-03-01T00:00:00Z'), [
      [4, 2],
      [3, 6],
    ]);
    assert.deepEqual(await pages(app, '/licenses?expires_before=2030-01-01T00:00:00Z'), [[4, 2, 3, 6, 1]]);
  });

  it('of one user are for that user and for an administrator', async () => {
    await using app = await startLicenseApp();
    await fill(app);
    const path = `/users/${app.ada.id}/licenses`;
    assert.deepEqual(await pages(app, `${path}?limit=3`), [[1, 2, 3], [4]]);
    assert.deepEqual(await pages(app, `${path}?limit=3`, app.ada.session), [[1, 2, 3], [4]]);
    assert.equal((await app.call('GET', path, { session: app.bob.session })).status, 403);
    assert.equal((await app.call('GET', path)).status, 401);
  });

  it('refuse a query that means nothing', async () => {
    await using app = await startLicenseApp();
    const queries = ['cursor=x', 'limit=0', 'limit=101', 'status=lost', 'user_id=1', 'expires_before=soon', 'q=1'];
    for (const query of queries) {
      const answer = await app.asAdmin('GET', `/licenses?${query}`);
      assert.equal(answer.status, 400, `${query}: ${answer.body}`);
    }
    const impossible = await app.asAdmin('GET', '/licenses?expires_before=2026-02-30T00:00:00Z');
    assert.deepEqual([impossible.status, impossible.json().code], [422, 'license.invalid']);
  });
});
