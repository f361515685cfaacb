import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ODD_IDS } from './odd-ids.ts';
import { operationsOf, pathOf, UNKNOWN_ID } from './operations.ts';
import { join } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { startTestApp, type TestApp } from './test-app.ts';

const base64url = (text: string) => Buffer.from(text).toString('base64url');

describe('a query', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app[Symbol.asyncDispose]());

  it('with a limit that is none is refused, and the limit is named', async () => {
    const limits = [
      '',
      '0',
      '-1',
      '101',
      '1.5',
      '1e2',
      '1e400',
      '0x10',
      '+5',
      '%205',
      '5%20',
      '٣',
      'x',
      'true',
      '9007199254740993',
      '9'.repeat(400),
    ];
    for (const limit of limits) {
      mustBeProblem(await app.call('GET', `/users?limit=${limit}`), 400, 'request.invalid', 'limit');
    }
    for (const limit of ['1', '100', '%31']) assert.equal((await app.call('GET', `/users?limit=${limit}`)).status, 200);
  });

  it('with a cursor that is not ours is refused, and the cursor is named', async () => {
    const valid = base64url('019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10');
    assert.equal((await app.call('GET', `/users?cursor=${valid}`)).status, 200);
    const bad = [
      '',
      'x',
      '%00',
      `${valid}=`,
      `${valid.slice(0, -1)}`,
      `%20${valid}`,
      base64url('1 or 1=1'),
      base64url('../../etc/passwd'),
    ];
    for (const cursor of [
      ...bad,
      base64url(valid),
      'a'.repeat(5_000),
      base64url('\u0000'.repeat(36)),
      '😀',
      '-1',
      '[object Object]',
    ]) {
      const answer = await app.call('GET', `/users?cursor=${encodeURI(cursor)}`);
      mustBeProblem(answer, 400, 'request.invalid', 'cursor');
    }
  });

  it('with a cursor of something that no list of ours ends at is refused, whatever the list', async () => {
    const ends = ODD_IDS.flatMap((id) => [id, `${id} 2026-01-01T00:00:00.000Z`]);
    const times = ['2026-13-01', '2026-02-30', '0000-00-00'].map((day) => `${UNKNOWN_ID} ${day}T00:00:00.000Z`);
    const lists = operationsOf(app).filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));
    assert.ok(lists.length >= 4);
    for (const { method, template } of lists) {
      const path = template.replace('{dev1}', 'ada').replace('{dev2}', 'grace');
      for (const end of [...ends, ...times, `${UNKNOWN_ID} 2026-01-01T25:00:00.000Z`]) {
        if (template.includes('activations') && !end.includes(' ')) continue;
        const answer = await app.call(method, `${pathOf({ template: path })}?cursor=${base64url(end)}`);
        if (answer.status === 404) continue;
        mustBeProblem(answer, 400, 'request.invalid', 'cursor');
      }
    }
  });

  it('with an id that is none is refused, and the field is named', async () => {
    const asked = operationsOf(app).flatMap(({ method, template, parameters }) =>
      parameters
        .filter(({ in: place, schema }) => place === 'query' && schema.format === 'uuid')
        .map(({ name }) => ({ method, template, name })),
    );
    assert.ok(asked.length >= 1);
    for (const { method, template, name } of asked) {
      for (const id of ODD_IDS) {
        mustBeProblem(await app.call(method, `${pathOf({ template })}?${name}=${id}`), 400, 'request.invalid', name);
      }
    }
  });

  it('that is not percent-encoded UTF-8 is refused', async () => {
    for (const query of ['email=%', 'email=%zz', 'email=%ff', 'email=%ed%a0%80', '%zz=1', 'limit=5&%c0']) {
      mustBeProblem(await app.call('GET', `/users?${query}`), 400, 'request.invalid', /query/);
      mustBeProblem(await app.call('GET', `/_health?${query}`), 400, 'request.invalid', /query/);
    }
  });

  it('ASVS 15.3.7: with a key twice is refused, and the key is named', async () => {
    for (const [name, query] of [
      ['limit', 'limit=1&limit=2'],
      ['limit', 'limit=1&%6cimit=1'],
      ['email', 'email=a@example.com&email=b@example.com'],
      ['cursor', 'cursor=a&cursor=b'],
    ] as const) {
      mustBeProblem(await app.call('GET', `/users?${query}`), 400, 'request.invalid', name);
    }
  });

  it('ASVS 15.3.7: cannot stand in for a field of the body', async () => {
    const json = { email: 'q@example.com', password: 'a harmless pass phrase' };
    mustBeProblem(
      await app.call('POST', '/register?age=33', { json: { ...json, age: 33 } }),
      400,
      'request.invalid',
      'age',
    );
    mustBeProblem(await app.call('POST', '/register', { json, query: { age: '33' } }), 400, 'request.invalid');
    assert.equal(app.rows().users, 0);
  });

  it('ASVS 14.2.1: takes no secret: a route that knows no query refuses any', async () => {
    const { session } = await join(app);
    for (const operation of operationsOf(app)) {
      if (operation.tags?.includes('system') && operation.operationId !== 'readMetrics') continue;
      for (const name of ['session_id', 'token', 'access_token', 'password', 'reset_token', 'api_key', '__proto__']) {
        const json = Object.keys(operation.bodies).length > 0 ? {} : undefined;
        const answer = await app.call(operation.method, `${pathOf(operation)}?${name}=${session}`, { json });
        mustBeProblem(answer, 400, 'request.invalid');
        assert.doesNotMatch(answer.body, new RegExp(session));
      }
    }
  });

  it('ASVS 3.5.6: makes no script of an answer', async () => {
    for (const path of ['/users?callback=x', '/profile?callback=x', '/_health?callback=x', '/?jsonp=x']) {
      const { body, headers } = await app.call('GET', path);
      assert.match(String(headers['content-type']), /^application\/(problem\+)?json/);
      assert.doesNotMatch(body, /^x\(/);
    }
  });

  it('ASVS 1.2.9: finds the address it names and no other, whatever stands in it', async () => {
    await app.call('POST', '/users', { json: { email: 'a_b@example.com' } });
    await app.call('POST', '/users', { json: { email: 'axb@example.com' } });
    for (const [email, count] of [
      ['a_b@example.com', 1],
      ['A_B@EXAMPLE.COM', 1],
      ['a%b@example.com', 0],
      ['%', 0],
      ['_', 0],
      ["' or '1'='1", 0],
      ['.*', 0],
      ['\u0000', 0],
    ] as const) {
      const answer = await app.call('GET', `/users?email=${encodeURIComponent(email)}`);
      assert.deepEqual([answer.status, answer.json().length], [200, count], email);
    }
  });
});
