import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aClient } from '../../../../../test/builders/upstream-builder.ts';
import { breachedPasswordsContract } from '../../../../../test/contracts/breached-passwords.contract.ts';
import { FixedClock } from '../../../../../test/doubles/fixed-clock.ts';
import { startPwnedPasswordsSimulator } from '../../../../../test/simulators/pwned-passwords-simulator.ts';
import {
  type Fault,
  neverRespond,
  resetConnection,
  respondWith,
  respondWithHtml,
} from '../../../../../test/simulators/simulator.ts';
import { Secret } from '../../../../domain/shared/secret.ts';
import { PwnedPasswords } from './pwned-passwords.ts';

const open = async ({
  failsOpen = true,
  known = ['password'],
}: {
  failsOpen?: boolean;
  known?: readonly string[];
} = {}) => {
  const simulator = await startPwnedPasswordsSimulator(known);
  const clock = new FixedClock(NEW_YEAR);
  const failures: Error[] = [];
  const { client, observer } = aClient(simulator.baseUrl, {
    service: 'Pwned Passwords',
    deadlineMs: 1_000,
    limits: { bytes: 262_144, retries: 0, failures: 1_000 },
  });
  const onFailure = (error: Error) => void failures.push(error);
  const breachedPasswords = new PwnedPasswords({ client, clock, failsOpen, onFailure });
  return {
    simulator,
    clock,
    failures,
    calls: observer.calls,
    breachedPasswords,
    has: (text: string) => breachedPasswords.has(new Secret(text)),
    async [Symbol.asyncDispose]() {
      await client.close();
      await simulator.close();
    },
  };
};

breachedPasswordsContract('Pwned Passwords', (known) => open({ known }));

describe('PwnedPasswords', () => {
  it('ASVS 14.2.3: sends five hex digits of the hash and nothing else of the password', async () => {
    await using service = await open();
    await service.has('password');
    const [request] = service.simulator.requests;
    assert.deepEqual([request?.method, request?.path, request?.body], ['GET', '/range/5BAA6', '']);
    assert.doesNotMatch(JSON.stringify([request?.path, request?.headers]), /1E4C9B93F|1e4c9b93f|"password"/);
    const { 'user-agent': agent, 'add-padding': padding, cookie, authorization } = request?.headers ?? {};
    assert.deepEqual([agent, padding, cookie, authorization], ['guildhall/test', 'true', undefined, undefined]);
  });

  it('takes a count of 0 for padding', async () => {
    await using service = await open({ known: [] });
    service.simulator.breach('padded', 0);
    service.simulator.breach('once', 1);
    service.simulator.breach('often', 10);
    assert.deepEqual(
      [await service.has('padded'), await service.has('once'), await service.has('often')],
      [false, true, true],
    );
  });

  it('reads a response in lower case and with plain line ends', async () => {
    await using service = await open({ known: [] });
    const text = '0018a45c4d1def81644b54ab7f969b88d65:1\n1e4c9b93f3f0682250b6cf8331b7ee68fd8:3\n';
    service.simulator.failNext(respondWith({ status: 200, text }));
    assert.equal(await service.has('password'), true);
  });

  it('shares one request among those in flight with the same prefix', async () => {
    await using service = await open();
    service.simulator.hold();
    const answers = ['password', 'password', 'password'].map(service.has);
    while (service.simulator.held === 0) await new Promise((resolve) => setImmediate(resolve));
    service.simulator.answerHeld();
    assert.deepEqual(await Promise.all(answers), [true, true, true]);
    assert.equal(service.simulator.requests.length, 1);
  });

  it('keeps a prefix for an hour, also where the clock was set back', async () => {
    await using service = await open();
    const asked = async () => {
      await service.has('password');
      return service.simulator.requests.length;
    };
    assert.deepEqual([await asked(), await asked()], [1, 1]);
    service.clock.advance(3_599_999);
    assert.equal(await asked(), 1);
    service.clock.advance(1);
    assert.equal(await asked(), 2);
    service.clock.advance(-7_200_000);
    assert.equal(await asked(), 3);
  });

  it('keeps the 100 prefixes that were asked for last', async () => {
    await using service = await open();
    for (let n = 0; n < 101; n += 1) await service.has(`password ${n}`);
    assert.equal(service.simulator.requests.length, 101);
    await service.has('password 1');
    assert.equal(service.simulator.requests.length, 101);
    await service.has('password 0');
    assert.equal(service.simulator.requests.length, 102);
  });

  const FAULTS: [what: string, fault: Fault][] = [
    ['no response', neverRespond],
    ['a reset connection', resetConnection],
    ['a failure', respondWithHtml(500)],
    ['a limit', respondWith({ status: 429, text: '' })],
    ['an error page', respondWithHtml(200)],
    ['an empty response', respondWith({ status: 200, text: '' })],
    ['a response that ends within a line', respondWith({ status: 200, text: '0018A45C4D1DEF81644B54AB7F969B88D65' })],
    ['a response that is too large', respondWith({ status: 200, text: `${'0'.repeat(35)}:0\r\n`.repeat(8_000) })],
    ['a redirect', respondWith({ status: 302, text: '', headers: { location: '/range/00000' } })],
  ];
  for (const [what, fault] of FAULTS) {
    it(`lets every password pass after ${what} where it fails open, reports it once and asks again`, async () => {
      await using service = await open();
      service.simulator.failNext(fault);
      assert.equal(await service.has('password'), false);
      assert.equal(service.failures.length, 1);
      assert.equal(await service.has('password'), true);
    });

    it(`is unavailable after ${what} where it fails closed`, async () => {
      await using service = await open({ failsOpen: false });
      service.simulator.failNext(fault);
      await assert.rejects(service.has('password'), { name: 'PortError', code: 'upstream.unavailable' });
      assert.equal(service.failures.length, 1);
      assert.equal(await service.has('password'), true);
    });
  }

  it('counts its calls by result', async () => {
    await using service = await open();
    service.simulator.failNext(respondWithHtml(500));
    await service.has('password');
    await service.has('password');
    assert.deepEqual(service.calls, ['Pwned Passwords 5xx', 'Pwned Passwords 2xx']);
  });
});
