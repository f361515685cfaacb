import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { randomUserSourceContract } from '../../../../../test/contracts/random-user-source.contract.ts';
import {
  type RandomUserSimulator,
  startRandomUserSimulator,
} from '../../../../../test/simulators/random-user-simulator.ts';
import type { PortError } from '../../../../ports/port-error.ts';
import type { RandomUserQuery } from '../../../../ports/random-user-source.ts';
import { type CallResult, RandomUserMe } from './random-user-me.ts';

const over = ({ url }: { url: string }, limits = {}, onCall?: (result: CallResult) => void): RandomUserMe =>
  new RandomUserMe({ baseUrl: new URL(url), limits, ...(onCall === undefined ? {} : { onCall }) });

const wish = (change: Partial<RandomUserQuery> = {}): RandomUserQuery => ({
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
type Day = (request: IncomingMessage, response: ServerResponse) => void;
const saying = (body: unknown, status = 200, type = 'application/json'): Day => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': type }).end(text);
};

/** Asks on bad days, one after the other, and tells how it ended. */
const refusal = async (simulator: RandomUserSimulator, days: readonly Day[], source = over(simulator)) => {
  for (const day of days) simulator.answerNextWith(day);
  return source.draw(wish()).then(
    () => assert.fail('It was believed'),
    ({ code, message }: PortError) => ({ code, message, calls: simulator.seen.length }),
  );
};

describe('RandomUserMe asks', () => {
  it('for the version it knows, and for no more than it needs', async () => {
    await using simulator = await startRandomUserSimulator();
    await over(simulator).draw(wish({ nationalities: ['GB', 'US'], page: 3 }));
    await over(simulator).draw(wish({ seed: undefined }));
    assert.deepEqual(simulator.seen, [
      '/api/1.4/?results=2&inc=name%2Cemail%2Cnat&page=3&nat=gb%2Cus&seed=s1',
      '/api/1.4/?results=2&inc=name%2Cemail%2Cnat&page=1',
    ]);
  });

  it('under the path it was set to', async () => {
    await using simulator = await startRandomUserSimulator();
    await assert.rejects(over({ url: `${simulator.url}/mirror/` }).draw(wish()), { code: 'random-users.nonsense' });
    assert.match(simulator.seen[0] ?? '', /^\/mirror\/api\/1\.4\/\?/);
  });

  it('ASVS 1.2.2: with a seed that stays a seed, whatever is in it', async () => {
    await using simulator = await startRandomUserSimulator();
    await over(simulator).draw(wish({ seed: '&results=5000#/../é' }));
    const asked = new URL(simulator.seen[0] ?? '', simulator.url);
    assert.deepEqual([asked.pathname, asked.searchParams.getAll('results')], ['/api/1.4/', ['2']]);
    assert.equal(asked.searchParams.get('seed'), '&results=5000#/../é');
  });

  it('so that a seed cannot overrule the nationalities, as one of 18 characters does', async () => {
    await using simulator = await startRandomUserSimulator();
    const seed = `${'a'.repeat(16)}00`;
    await over(simulator).draw(wish({ seed, nationalities: ['US'] }));
    assert.equal(new URL(simulator.seen[0] ?? '', simulator.url).searchParams.get('seed'), `${seed}.`);
  });
});

describe('RandomUserMe reads', () => {
  it('names in any script, with apostrophes and spaces, and nothing but name and address', async () => {
    await using simulator = await startRandomUserSimulator();
    const named = (first: string, last: string) => ({ ...person, name: { title: 'Mr', first, last } });
    const results = [named('آرمین', 'سلطانی نژاد'), named('Rufina', "Drob'yazko"), named('Prince', '')];
    simulator.answerNextWith(saying({ results }));
    assert.deepEqual(await over(simulator).draw(wish({ count: 3 })), [
      { name: 'آرمین سلطانی نژاد', email: 'ada@example.com' },
      { name: "Rufina Drob'yazko", email: 'ada@example.com' },
      { name: 'Prince', email: 'ada@example.com' },
    ]);
  });
});

describe('RandomUserMe makes up', () => {
  it('an address that was left out, from the name, as the service does', async () => {
    await using simulator = await startRandomUserSimulator();
    const named = (first: string, last: string) => ({ name: { title: 'Mr', first, last }, nat: 'NL' });
    simulator.answerNextWith(saying({ results: [named('Edin', 'Van Stein'), named('Rufina', "Drob'yazko")] }));
    const people = await over(simulator).draw(wish());
    assert.deepEqual(
      people.map(({ email }) => email),
      ['edin.vanstein@example.com', "rufina.drob'yazko@example.com"],
    );
  });
});

describe('RandomUserMe distrusts', () => {
  const NONSENSE: Readonly<Record<string, [answer: Day, what: RegExp]>> = {
    'fewer people than asked for': [saying({ results: [person] }), /list of 1 instead of 2/],
    'more people than asked for': [saying({ results: [person, person, person] }), /list of 3 instead of 2/],
    'people without anything': [saying({ results: [{}, {}] }), /without a name/],
    'blank names': [saying({ results: [person, { ...person, name: { first: ' ', last: '' } }] }), /without a name/],
    'a name that is no text': [saying({ results: [person, { ...person, name: { first: 1, last: {} } }] }), /a name/],
    'an address that is none': [saying({ results: [person, { ...person, email: null }] }), /without an address/],
    'an empty address': [saying({ results: [person, { ...person, email: '' }] }), /without an address/],
    'a web page': [saying('<html>Hello</html>', 200, 'text/html'), /not JSON/],
    'half an answer': [saying('{"results":[{"name"'), /not JSON/],
    'an answer of nothing': [saying('null'), /no list of people/],
    'people that are no list': [saying({ results: { 0: person, 1: person, length: 2 } }), /no list of people/],
    'a list in place of an answer': [saying([person, person]), /no list of people/],
    'a version it does not know': [saying('Not Found', 404, 'text/plain'), /answered 404/],
  };
  for (const [what, [answer, message]] of Object.entries(NONSENSE)) {
    it(`${what}, and does not ask again`, async () => {
      await using simulator = await startRandomUserSimulator();
      const told = await refusal(simulator, [answer]);
      assert.deepEqual([told.code, told.calls], ['random-users.nonsense', 1]);
      assert.match(told.message, message);
    });
  }

  it('a nationality that nobody asked for: one unknown code has the service drop the filter in silence', async () => {
    await using simulator = await startRandomUserSimulator();
    const asking = over(simulator).draw(wish({ count: 50, nationalities: ['US', 'ZZ'] }));
    await assert.rejects(asking, { code: 'random-users.nonsense', message: /another nationality/ });
  });

  it('a number of people that the service silently turns into one', async () => {
    await using simulator = await startRandomUserSimulator();
    await assert.rejects(over(simulator).draw(wish({ count: 5001 })), {
      code: 'random-users.nonsense',
      message: /list of 1/,
    });
  });

  it('ASVS 15.3.2: a redirect', async () => {
    await using simulator = await startRandomUserSimulator();
    await using elsewhere = await startRandomUserSimulator();
    const location = `${elsewhere.url}/api/1.4/?results=2`;
    const told = await refusal(simulator, [(_, response) => void response.writeHead(302, { location }).end()]);
    assert.deepEqual([told.code, told.calls, elsewhere.seen], ['random-users.nonsense', 1, []]);
  });

  it('a flood', async () => {
    await using simulator = await startRandomUserSimulator();
    const source = over(simulator, { mostBytes: 10_000 });
    const told = await refusal(simulator, [saying({ results: [person, person], x: 'x'.repeat(20_000) })], source);
    assert.deepEqual([told.code, told.calls], ['random-users.nonsense', 1]);
    assert.match(told.message, /more than 10000 bytes/);
  });
});

describe('RandomUserMe is unavailable', () => {
  const down = saying('{}', 503);

  it('when it is told to slow down, with a joke, and does not ask again', async () => {
    await using simulator = await startRandomUserSimulator({ limit: 2 });
    const source = over(simulator);
    await source.draw(wish());
    await assert.rejects(source.draw(wish()), (error: PortError) => {
      assert.equal(error.code, 'random-users.unavailable');
      assert.doesNotMatch(error.message, /cowboy/);
      return true;
    });
    assert.equal(simulator.seen.length, 2);
  });

  it('when the service says that something went wrong, whatever the status', async () => {
    await using simulator = await startRandomUserSimulator();
    const told = await refusal(simulator, [saying({ error: 'Uh oh, something has gone wrong.' })]);
    assert.deepEqual([told.code, told.calls], ['random-users.unavailable', 1]);
  });

  it('when three tries failed', async () => {
    await using simulator = await startRandomUserSimulator();
    const told = await refusal(simulator, [down, down, down]);
    assert.deepEqual([told.code, told.calls], ['random-users.unavailable', 3]);
  });

  it('when nobody listens', async () => {
    const simulator = await startRandomUserSimulator();
    await simulator[Symbol.asyncDispose]();
    await assert.rejects(over(simulator).draw(wish()), { code: 'random-users.unavailable' });
  });

  for (const [what, silence] of Object.entries({
    'says nothing': () => {},
    'stops in the middle': (_: IncomingMessage, response: ServerResponse) =>
      void response.writeHead(200).write('{"results":['),
  })) {
    it(`when the service ${what}, once the deadline has passed`, { timeout: 600_000 }, async () => {
      await using simulator = await startRandomUserSimulator();
      const told = await refusal(simulator, [silence, silence, silence], over(simulator, { deadlineMs: 150 }));
      assert.equal(told.code, 'random-users.unavailable');
    });
  }

  it('when the connection breaks in the middle of an answer', async () => {
    await using simulator = await startRandomUserSimulator();
    const breaking = ({ socket }: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"results":[', () => void socket.destroy());
    };
    const told = await refusal(simulator, [breaking, breaking, breaking]);
    assert.equal(told.code, 'random-users.unavailable');
  });
});

describe('RandomUserMe asks again', () => {
  for (const [what, fault] of Object.entries({
    'after a 503': saying('{}', 503),
    'after a web page that says 502': saying('<html>Bad gateway</html>', 502, 'text/html'),
    'after a connection that broke': ({ socket }: IncomingMessage) => void socket.destroy(),
  })) {
    it(`${what}, and gets its people`, async () => {
      await using simulator = await startRandomUserSimulator();
      simulator.answerNextWith(fault);
      simulator.answerNextWith(fault);
      assert.equal((await over(simulator).draw(wish())).length, 2);
      assert.equal(simulator.seen.length, 3);
    });
  }
});

describe('RandomUserMe tells', () => {
  it('how each call ended', async () => {
    await using simulator = await startRandomUserSimulator({ limit: 4 });
    const results: CallResult[] = [];
    const source = over(simulator, {}, (result) => results.push(result));
    await source.draw(wish());
    simulator.answerNextWith(saying('<html>'));
    await assert.rejects(source.draw(wish()));
    await source.draw(wish());
    await assert.rejects(source.draw(wish()));
    assert.deepEqual(results, ['answered', 'nonsense', 'answered', 'unavailable']);
  });
});
