import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Fault,
  neverRespond,
  resetConnection,
  resetMidBody,
  respondWith,
  respondWithHtml,
} from '../simulators/simulator.ts';
import { startPairApp } from './pair-app.ts';

describe('A check between faulty networks', () => {
  const faults: [name: string, fault: Fault][] = [
    ['neverRespond', neverRespond],
    ['a line that is cut', resetConnection],
    ['half an answer', resetMidBody],
    ['a 500', respondWith({ status: 500, json: {} })],
    ['a web page with 503', respondWithHtml(503)],
    ['a web page with 200', respondWithHtml(200)],
    ['400', respondWith({ status: 400, json: {} })],
    ['401', respondWith({ status: 401, json: { message: 'Bad credentials' } })],
    ['402', respondWith({ status: 402, json: { title: 'CreditsDepleted' } })],
    ['403', respondWith({ status: 403, json: { message: 'Forbidden' } })],
    ['429', respondWith({ status: 429, json: {}, headers: { 'retry-after': '30' } })],
    ['a redirect', respondWith({ status: 301, json: {}, headers: { location: 'http://127.0.0.1:1/' } })],
  ];
  for (const service of ['github', 'twitter'] as const) {
    for (const [name, fault] of faults) {
      it(`ASVS 16.5.2: ${service} meeting us with ${name} is a 503 that names it, and is not recorded`, async () => {
        await using app = await startPairApp(fault === neverRespond ? { UPSTREAM_TIMEOUT: '1s' } : {});
        app.befriend('org1');
        app[service].failAlways(fault);
        const answer = await app.check('dev1/dev2');
        assert.equal(answer.status, 503, answer.body);
        assert.match(answer.json().code, /^upstream\./);
        const errors: string[] = answer.json().errors;
        assert.ok(
          errors.some((error) => error.toLowerCase().startsWith(`${service} `)),
          answer.body,
        );
        assert.ok(Number(answer.headers['retry-after']) >= 1);
        app[service].failAlways(undefined);
        assert.equal((await app.register('dev1/dev2')).body, '[]');
      });
    }
  }
});
