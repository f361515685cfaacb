import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aTwitter, named, worthIt } from '../../../../../test/builders/upstream-builder.ts';
import {
  neverRespond,
  resetConnection,
  resetMidBody,
  respondWith,
  respondWithHtml,
} from '../../../../../test/simulators/simulator.ts';
import { startTwitterSimulator } from '../../../../../test/simulators/twitter-simulator.ts';
import type { PortError } from '../../../../ports/port-error.ts';

const [dev1, dev2] = [named('dev1'), named('dev2')];
const startFriends = () => startTwitterSimulator({ dev1: ['dev2'], dev2: ['dev1'] });

describe('Errors of Twitter', () => {
  const problem = (status: number, type: string, rest: object = {}) =>
    respondWith({
      status,
      json: { title: 'No', detail: 'No.', type: `https://api.x.com/2/problems/${type}`, ...rest },
    });
  const faults: [name: string, fault: ReturnType<typeof respondWith>, code: string, message: RegExp][] = [
    ['400', problem(400, 'invalid-request'), 'upstream.nonsense', /invalid response/],
    ['401 as a problem', problem(401, 'x', { type: 'about:blank' }), 'upstream.refused', /rejects the credentials/],
    [
      '401 as it was in v1',
      respondWith({ status: 401, json: { errors: [{ message: 'Invalid or expired token', code: 89 }] } }),
      'upstream.refused',
      /rejects the credentials/,
    ],
    ['402 without credits', problem(402, 'credits', { account_id: 1 }), 'upstream.exhausted', /out of credit/],
    ['402 of July 2026', problem(402, 'credits-depleted', { status: 402 }), 'upstream.exhausted', /out of credit/],
    ['402 without JSON', respondWith({ status: 402, text: 'pay' }), 'upstream.exhausted', /out of credit/],
    ['403 at the spend cap', problem(403, 'usage-capped'), 'upstream.exhausted', /out of credit/],
    ['403 for an app without a project', problem(403, 'client-forbidden'), 'upstream.refused', /denies this request/],
    [
      '403 for the wrong kind of token',
      problem(403, 'unsupported-authentication'),
      'upstream.refused',
      /denies this request/,
    ],
    [
      '429 as it was in v1',
      respondWith({ status: 429, json: { errors: [{ code: 88, message: 'Rate limit exceeded' }] } }),
      'upstream.exhausted',
      /has reached its rate limit/,
    ],
    [
      '429 as a problem',
      problem(429, 'x', { type: 'about:blank' }),
      'upstream.exhausted',
      /has reached its rate limit/,
    ],
    ['a web page with 503', respondWithHtml(503), 'upstream.unavailable', /is unavailable \(status 503\)/],
    ['a web page with 200', respondWithHtml(200), 'upstream.nonsense', /invalid response/],
    [
      'a redirect',
      respondWith({ status: 302, headers: { location: '/elsewhere' } }),
      'upstream.nonsense',
      /invalid response/,
    ],
    ['an empty object', respondWith({ status: 200, json: {} }), 'upstream.nonsense', /invalid response/],
    ['a reset connection', resetConnection, 'upstream.unavailable', /cannot be reached/],
    ['half a body', resetMidBody, 'upstream.unavailable', /cannot be reached/],
    ['no response', neverRespond, 'upstream.unavailable', /did not answer in time/],
  ];
  for (const [name, fault, code, message] of faults) {
    it(`report ${name} at the look-up as ${code}`, async () => {
      await using simulator = await startFriends();
      await using adapter = aTwitter(simulator, fault === neverRespond ? { deadlineMs: 300 } : {});
      simulator.failAlways(fault);
      await assert.rejects(adapter.twitter.followEachOther(dev1, dev2, worthIt), (error: PortError) => {
        assert.equal(error.code, code);
        assert.match(error.messages.join(), message);
        assert.match(error.messages.join(), /^Twitter /);
        return true;
      });
    });
  }

  it('are reported at a list too, never taken for an empty one', async () => {
    for (const [name, fault, code] of faults.filter(([, fault]) => fault !== neverRespond)) {
      await using simulator = await startFriends();
      await using adapter = aTwitter(simulator);
      const fail = async () => {
        simulator.failAlways(fault);
        return true;
      };
      await assert.rejects(adapter.twitter.followEachOther(dev1, dev2, fail), { code }, name);
    }
  });
});
