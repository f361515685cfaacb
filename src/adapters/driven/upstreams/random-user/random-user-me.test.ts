import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { anObserver } from '../../../../../test/builders/upstream-builder.ts';
import { randomUserSourceContract } from '../../../../../test/contracts/random-user-source.contract.ts';
import {
  type RandomUserSimulator,
  startRandomUserSimulator,
} from '../../../../../test/simulators/random-user-simulator.ts';
import type { PortError } from '../../../../ports/port-error.ts';
import type { RandomUserQuery } from '../../../../ports/random-user-source.ts';
import type { UpstreamSettings } from '../upstream-client.ts';
import { RandomUserMe } from './random-user-me.ts';

const over = ({ url }: { url: string }, settings: Partial<UpstreamSettings> = {}, observer = anObserver()) =>
  new RandomUserMe({
    baseUrl: new URL(url),
    settings: { limits: { firstRetryMs: 1, maxRetryMs: 2 }, ...settings },
    observer,
  });

const aQuery = (change: Partial<RandomUserQuery> = {}): RandomUserQuery => ({
  count: 2,
  nationalities: [],
  seed: 's1',
  page: 1,
  ...change,
});

randomUserSourceContract('randomuser.me', async () => {
  const simulator = await startRandomUserSimulator();
  return Object.assign(over(simulator), { [Symbol.asyncDispose]: () => simulator[Symbol.asyncDispose]() });
});

const person = { name: { title: 'Ms', first: 'Ada', last: 'Hopper' }, email: 'ada@example.com', nat: 'GB' };
type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const saying = (body: unknown, status = 200, type = 'application/json'): Handler => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': type }).end(text);
};

/** Draws while the simulator answers by these handlers, one each, and returns the error. */
const failureAfter = async (simulator: RandomUserSimulator, days: readonly Handler[], source = over(simulator)) => {
  for (const day of days) simulator.answerNextWith(day);
  return source.draw(aQuery()).then(
    () => assert.fail('no error'),
    ({ code, message }: PortError) => ({ code, message, calls: simulator.seen.length }),
  );
};

describe('RandomUserMe requests', () => {
  it('version 1.4, and the fields it needs', async () => {
    await using simulator = await startRandomUserSimulator();
    await over(simulator).draw(aQuery({ nationalities: ['GB', 'US'], page: 3 }));
    await over(simulator).draw(aQuery({ seed: undefined }));
    assert.deepEqual(simulator.seen, [
      '/api/1.4/?results=2&inc=name%2Cemail%2Cnat&page=3&nat=gb%2Cus&seed=s1',
      '/api/1.4/?results=2&inc=name%2Cemail%2Cnat&page=1',
    ]);
  });

  it('below the path of its base URL', async () => {
    await using simulator = await startRandomUserSimulator();
    await assert.rejects(over({ url: `${simulator.url}/mirror/` }).draw(aQuery()), { code: 'random-users.nonsense' });
    assert.match(simulator.seen[0] ?? '', /^\/mirror\/api\/1\.4\/\?/);
  });

  it('ASVS 1.2.2: an encoded seed', async () => {
    await using simulator = await startRandomUserSimulator();
    await over(simulator).draw(aQuery({ seed: '&results=5000#/../é' }));
    const asked = new URL(simulator.seen[0] ?? '', simulator.url);
    assert.deepEqual([asked.pathname, asked.searchParams.getAll('results')], ['/api/1.4/', ['2']]);
    assert.equal(asked.searchParams.get('seed'), '&results=5000#/../é');
  });

  it('no seed of 18 characters, which would override the nationalities', async () => {
    await using simulator = await startRandomUserSimulator();
    const seed = `${'a'.repeat(16)}00`;
    await over(simulator).draw(aQuery({ seed, nationalities: ['US'] }));
    assert.equal(new URL(simulator.seen[0] ?? '', simulator.url).searchParams.get('seed'), `${seed}.`);
  });
});

describe('RandomUserMe reads', () => {
  it('names in any script, with apostrophes and spaces, and nothing but name and email', async () => {
    await using simulator = await startRandomUserSimulator();
    const named = (first: string, last: string) => ({ ...person, name: { title: 'Mr', first, last } });
    const results = [named('آرمین', 'سلطانی نژاد'), named('Rufina', "Drob'yazko"), named('Prince', '')];
    simulator.answerNextWith(saying({ results }));
    assert.deepEqual(await over(simulator).draw(aQuery({ count: 3 })), [
      { name: 'آرمین سلطانی نژاد', email: 'ada@example.com' },
      { name: "Rufina Drob'yazko", email: 'ada@example.com' },
      { name: 'Prince', email: 'ada@example.com' },
    ]);
  });
});

describe('RandomUserMe derives', () => {
  it('a missing email address from the name, as the service does', async () => {
    await using simulator = await startRandomUserSimulator();
    const named = (first: string, last: string) => ({ name: { title: 'Mr', first, last }, nat: 'NL' });
    simulator.answerNextWith(saying({ results: [named('Edin', 'Van Stein'), named('Rufina', "Drob'yazko")] }));
    const people = await over(simulator).draw(aQuery());
    assert.deepEqual(
      people.map(({ email }) => email),
      ['edin.vanstein@example.com', "rufina.drob'yazko@example.com"],
    );
  });
});

describe('RandomUserMe rejects', () => {
  const INVALID: Readonly<Record<string, [answer: Handler, what: RegExp]>> = {
    'fewer users than requested': [saying({ results: [person] }), /list of 1 instead of 2/],
    'more users than requested': [saying({ results: [person, person, person] }), /list of 3 instead of 2/],
    'users without fields': [saying({ results: [{}, {}] }), /without a name/],
    'blank names': [saying({ results: [person, { ...person, name: { first: ' ', last: '' } }] }), /without a name/],
    'a name that is not text': [saying({ results: [person, { ...person, name: { first: 1, last: {} } }] }), /a name/],
    'an email of null': [saying({ results: [person, { ...person, email: null }] }), /without an email address/],
    'an empty email': [saying({ results: [person, { ...person, email: '' }] }), /without an email address/],
    'a web page': [saying('<html>Hello</html>', 200, 'text/html'), /not JSON/],
    'half a body': [saying('{"results":[{"name"'), /not JSON/],
    'a body of null': [saying('null'), /no list of users/],
    'results that are no list': [saying({ results: { 0: person, 1: person, length: 2 } }), /no list of users/],
    'a list in place of an object': [saying([person, person]), /no list of users/],
    'an unknown version': [saying('Not Found', 404, 'text/plain'), /answered 404/],
  };
  for (const [what, [answer, message]] of Object.entries(INVALID)) {
    it(`${what}, without a retry`, async () => {
      await using simulator = await startRandomUserSimulator();
      const failure = await failureAfter(simulator, [answer]);
      assert.deepEqual([failure.code, failure.calls], ['random-users.nonsense', 1]);
      assert.match(failure.message, message);
    });
  }

  it('another nationality: one unknown code makes the service drop the filter silently', async () => {
    await using simulator = await startRandomUserSimulator();
    const asking = over(simulator).draw(aQuery({ count: 50, nationalities: ['US', 'ZZ'] }));
    await assert.rejects(asking, { code: 'random-users.nonsense', message: /another nationality/ });
  });

  it('a count that the service silently replaces by one', async () => {
    await using simulator = await startRandomUserSimulator();
    await assert.rejects(over(simulator).draw(aQuery({ count: 5001 })), {
      code: 'random-users.nonsense',
      message: /list of 1/,
    });
  });

  it('ASVS 15.3.2: a redirect', async () => {
    await using simulator = await startRandomUserSimulator();
    await using elsewhere = await startRandomUserSimulator();
    const location = `${elsewhere.url}/api/1.4/?results=2`;
    const failure = await failureAfter(simulator, [(_, response) => void response.writeHead(302, { location }).end()]);
    assert.deepEqual([failure.code, failure.calls, elsewhere.seen], ['random-users.nonsense', 1, []]);
  });

  it('a body above the size limit', async () => {
    await using simulator = await startRandomUserSimulator();
    const source = over(simulator, { limits: { bytes: 10_000 } });
    const failure = await failureAfter(
      simulator,
      [saying({ results: [person, person], x: 'x'.repeat(20_000) })],
      source,
    );
    assert.deepEqual([failure.code, failure.calls], ['random-users.nonsense', 1]);
    assert.match(failure.message, /too large/);
  });
});

describe('RandomUserMe is unavailable', () => {
  const down = saying('{}', 503);

  it('after a 429, without a retry', async () => {
    await using simulator = await startRandomUserSimulator({ limit: 2 });
    const source = over(simulator);
    await source.draw(aQuery());
    await assert.rejects(source.draw(aQuery()), (error: PortError) => {
      assert.equal(error.code, 'random-users.unavailable');
      assert.doesNotMatch(error.message, /cowboy/);
      return true;
    });
    assert.equal(simulator.seen.length, 2);
  });

  it('when the body reports an error, whatever the status', async () => {
    await using simulator = await startRandomUserSimulator();
    const failure = await failureAfter(simulator, [saying({ error: 'Uh oh, something has gone wrong.' })]);
    assert.deepEqual([failure.code, failure.calls], ['random-users.unavailable', 1]);
  });

  it('when three attempts failed', async () => {
    await using simulator = await startRandomUserSimulator();
    const failure = await failureAfter(simulator, [down, down, down]);
    assert.deepEqual([failure.code, failure.calls], ['random-users.unavailable', 3]);
  });

  it('when the connection is refused', async () => {
    const simulator = await startRandomUserSimulator();
    await simulator[Symbol.asyncDispose]();
    await assert.rejects(over(simulator).draw(aQuery()), { code: 'random-users.unavailable' });
  });

  for (const [what, silence] of Object.entries({
    'sends nothing': () => {},
    'stops within the body': (_: IncomingMessage, response: ServerResponse) =>
      void response.writeHead(200).write('{"results":['),
  })) {
    it(`when the service ${what}, at the deadline`, { timeout: 600_000 }, async () => {
      await using simulator = await startRandomUserSimulator();
      const failure = await failureAfter(simulator, [silence, silence, silence], over(simulator, { deadlineMs: 150 }));
      assert.equal(failure.code, 'random-users.unavailable');
    });
  }

  it('when the connection breaks within the body', async () => {
    await using simulator = await startRandomUserSimulator();
    const breaking = ({ socket }: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"results":[', () => void socket.destroy());
    };
    const failure = await failureAfter(simulator, [breaking, breaking, breaking]);
    assert.equal(failure.code, 'random-users.unavailable');
  });
});

describe('RandomUserMe retries', () => {
  for (const [what, fault] of Object.entries({
    'after a 503': saying('{}', 503),
    'after a 502 in HTML': saying('<html>Bad gateway</html>', 502, 'text/html'),
    'after a connection that broke': ({ socket }: IncomingMessage) => void socket.destroy(),
  })) {
    it(`${what}`, async () => {
      await using simulator = await startRandomUserSimulator();
      simulator.answerNextWith(fault);
      simulator.answerNextWith(fault);
      assert.equal((await over(simulator).draw(aQuery())).length, 2);
      assert.equal(simulator.seen.length, 3);
    });
  }
});

describe('RandomUserMe reports', () => {
  it('each call with its result', async () => {
    await using simulator = await startRandomUserSimulator({ limit: 4 });
    const observer = anObserver();
    const source = over(simulator, {}, observer);
    await source.draw(aQuery());
    simulator.answerNextWith(saying('<html>'));
    await assert.rejects(source.draw(aQuery()));
    await source.draw(aQuery());
    await assert.rejects(source.draw(aQuery()));
    assert.deepEqual(
      observer.calls,
      ['2xx', '2xx', '2xx', '429'].map((result) => `RandomUser ${result}`),
    );
  });
});
