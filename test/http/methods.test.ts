import assert from 'node:assert/strict';
import { METHODS } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { operationsOf, pathOf } from './operations.ts';
import { mustBeProblem } from './problems.ts';
import { answersIn, headerOf, mustBeGuarded, talk } from './raw-http.ts';
import { startTestApp, type TestApp } from './test-app.ts';

describe('a method', () => {
  let app: TestApp;
  let port: number;
  before(async () => {
    app = await startTestApp();
    port = await app.listen();
  });
  after(() => app[Symbol.asyncDispose]());

  const ask = async (method: string, path: string) => {
    const request = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
    const [answer] = answersIn(await talk(port, request), method);
    return answer ?? assert.fail(`no answer to ${method} ${path}`);
  };

  it('ASVS 4.1.4: that a path does not take is refused with those it takes', async () => {
    const served = new Map<string, Set<string>>();
    for (const operation of operationsOf(app)) {
      const path = pathOf(operation);
      const methods = served.get(path) ?? new Set();
      methods.add(operation.method);
      if (operation.method === 'GET') methods.add('HEAD');
      served.set(path, methods);
    }
    assert.ok(served.size >= 10);
    for (const [path, methods] of served) {
      for (const method of METHODS) {
        if (methods.has(method) || method === 'CONNECT') continue;
        const answer = await ask(method, path);
        assert.equal(answer.status, 405, `${method} ${path}`);
        assert.equal(headerOf(answer, 'allow'), [...methods].sort().join(', '), `${method} ${path}`);
        if (method === 'HEAD') continue;
        assert.equal(JSON.parse(answer.body).code, 'request.method-not-allowed');
        mustBeGuarded(answer);
      }
    }
  });

  it('ASVS 13.4.4: TRACE echoes nothing', async () => {
    const secret = 'Cookie: session_id=planted-secret\r\n';
    const request = `TRACE /profile HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${secret}\r\n`;
    const [answer] = answersIn(await talk(port, request));
    assert.equal(answer?.status, 405);
    assert.doesNotMatch(JSON.stringify(answer), /planted-secret/);
  });

  it('cannot be smuggled in by a header or a query', async () => {
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE', 'x-http-method': 'DELETE' };
    assert.equal((await app.call('GET', '/users?limit=1', { headers })).status, 200);
    mustBeProblem(await app.call('GET', '/users?_method=DELETE'), 400, 'request.invalid', '_method');
    assert.equal((await app.call('POST', '/profile', { headers })).status, 405);
  });

  it('on a path that is not there is refused as such, whichever it is', async () => {
    for (const method of METHODS.filter((each) => each !== 'CONNECT')) {
      const answer = await ask(method, '/nowhere/at/all');
      assert.equal(answer.status, 404, method);
      if (method !== 'HEAD') assert.equal(JSON.parse(answer.body).code, 'request.not-found');
    }
  });

  it('HEAD is answered like GET, without the body', async () => {
    for (const path of ['/', '/_health', '/users', '/profile', '/docs', '/redoc']) {
      const [head, got] = [await ask('HEAD', path), await ask('GET', path)];
      const shape = (answer: typeof head) =>
        answer.headers.filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name));
      assert.deepEqual([head.status, shape(head), head.body], [got.status, shape(got), ''], path);
    }
  });
});
