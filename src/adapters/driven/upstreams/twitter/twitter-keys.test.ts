import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { APP_KEYS, aTwitter, named, OWNER_KEYS, worthIt } from '../../../../../test/builders/upstream-builder.ts';
import { type Fault, respondWith, respondWithHtml } from '../../../../../test/simulators/simulator.ts';
import { startTwitterSimulator } from '../../../../../test/simulators/twitter-simulator.ts';
import { Secret } from '../../../../domain/shared/secret.ts';
import { basicCredentials } from './twitter-keys.ts';

const [dev1, dev2] = [named('dev1'), named('dev2')];
const startFriends = () => startTwitterSimulator({ dev1: ['dev2'], dev2: ['dev1'] }, { owner: 'dev1' });
const tokensIn = (paths: readonly string[]) => paths.filter((path) => path === 'POST /oauth2/token').length;

describe('the app credentials', () => {
  it('are encoded as in the documentation', () => {
    const keys = {
      key: new Secret('xvz1evFS4wEEPTGEFPHBog'),
      secret: new Secret('L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg'),
    };
    assert.equal(
      basicCredentials(keys),
      'eHZ6MWV2RlM0d0VFUFRHRUZQSEJvZzpMOHFxOVBaeVJnNmllS0dFS2hab2xHQzB2SldMdzhpRUo4OERSZHlPZw==',
    );
  });

  it('may contain a colon or a plus', () => {
    const shown = Buffer.from(basicCredentials({ key: new Secret('a:b'), secret: new Secret('c+/d') }), 'base64');
    assert.equal(shown.toString(), 'a%3Ab:c%2B%2Fd');
  });

  it('ASVS 10.2.3: fetch one token, for which no scope is asked, and which is used unchanged', async () => {
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator, { keys: APP_KEYS });
    await Promise.all(Array.from({ length: 5 }, () => adapter.twitter.followEachOther(dev1, dev2, worthIt)));
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
    assert.equal(tokensIn(simulator.paths), 1);
    const asked = simulator.requests.find(({ path }) => path === '/oauth2/token');
    assert.equal(asked?.body, 'grant_type=client_credentials');
    assert.equal(simulator.requests.at(-1)?.headers.authorization, `Bearer ${simulator.bearer}`);
  });

  it('fetch another token when Twitter rejects the first one', async () => {
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator, { keys: APP_KEYS });
    await adapter.twitter.followEachOther(dev1, dev2, worthIt);
    simulator.bearer = 'another';
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
    assert.equal(tokensIn(simulator.paths), 2);
  });

  it('are not sent again at once where Twitter rejects them', async () => {
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator, { keys: { key: new Secret('x'), secret: new Secret('wrong') } });
    for (let n = 0; n < 3; n += 1) {
      await assert.rejects(adapter.twitter.followEachOther(dev1, dev2, worthIt), {
        code: 'upstream.refused',
        messages: ['Twitter rejects the credentials of this server.'],
      });
    }
    assert.deepEqual(simulator.paths, ['POST /oauth2/token']);
  });

  it('fetch no token in place of a configured one that is rejected', async () => {
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator, { keys: { bearer: new Secret('stale') } });
    await assert.rejects(adapter.twitter.followEachOther(dev1, dev2, worthIt), { code: 'upstream.refused' });
    assert.equal(simulator.paths.length, 1);
  });

  const faults: [name: string, fault: ReturnType<typeof respondWith>, code: string][] = [
    ['no token', respondWith({ status: 200, json: {} }), 'upstream.nonsense'],
    [
      'a token of another kind',
      respondWith({ status: 200, json: { token_type: 'mac', access_token: 'x' } }),
      'upstream.nonsense',
    ],
    ['a web page', respondWith({ status: 200, text: '<html>' }), 'upstream.nonsense'],
    ['an exceeded rate limit', respondWith({ status: 429, json: {} }), 'upstream.exhausted'],
    ['a 502 of a proxy', respondWithHtml(502), 'upstream.unavailable'],
  ];
  for (const [name, fault, code] of faults) {
    it(`report ${name} as ${code}`, async () => {
      await using simulator = await startFriends();
      await using adapter = aTwitter(simulator, { keys: APP_KEYS });
      simulator.failAlways(fault);
      await assert.rejects(adapter.twitter.followEachOther(dev1, dev2, worthIt), { code });
    });
  }
});

describe('the user credentials', () => {
  it('answer both directions by one look-up, where their owner is one of the two', async () => {
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator, { keys: APP_KEYS, owner: OWNER_KEYS });
    assert.deepEqual(await adapter.twitter.followEachOther(dev2, named('DEV1'), worthIt), { kind: 'yes' });
    assert.deepEqual(simulator.paths, [
      'GET /2/users/me',
      'GET /2/users/by?usernames=dev2&user.fields=connection_status%2Cpublic_metrics%2Cprotected',
    ]);
    simulator.unfollow('dev2', 'dev1');
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'no' });
    assert.equal(simulator.paths.length, 3, 'the name of the owner is cached');
    assert.equal(tokensIn(simulator.paths), 0);
  });

  it('work for protected accounts', async () => {
    await using simulator = await startFriends();
    simulator.protect('dev1');
    simulator.protect('dev2');
    await using adapter = aTwitter(simulator, { keys: APP_KEYS, owner: OWNER_KEYS });
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
  });

  it('report an unknown or suspended account', async () => {
    await using simulator = await startFriends();
    simulator.suspend('dev2');
    await using adapter = aTwitter(simulator, { keys: APP_KEYS, owner: OWNER_KEYS });
    const developers = new Set(['missing']);
    assert.deepEqual(await adapter.twitter.followEachOther(named('Missing'), dev1, worthIt), {
      kind: 'unknown',
      developers,
    });
    assert.equal((await adapter.twitter.followEachOther(dev1, dev2, worthIt)).kind, 'inconclusive');
  });

  it('are not used for other pairs', async () => {
    await using simulator = await startFriends();
    simulator.follow('dev3', 'dev2');
    simulator.follow('dev2', 'dev3');
    await using adapter = aTwitter(simulator, { keys: APP_KEYS, owner: OWNER_KEYS });
    assert.deepEqual(await adapter.twitter.followEachOther(dev2, named('dev3'), worthIt), { kind: 'yes' });
    assert.ok(simulator.paths.some((path) => path.includes('/following?') || path.includes('/followers?')));
  });

  it('fall back to the app where the relation is not reported', async () => {
    await using simulator = await startFriends();
    await using adapter = aTwitter(simulator, { keys: APP_KEYS, owner: OWNER_KEYS });
    await adapter.twitter.followEachOther(dev1, dev2, worthIt);
    simulator.failNext(respondWith({ status: 200, json: { data: [{ id: '1', username: 'dev2' }] } }));
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
    assert.ok(simulator.paths.some((path) => path.includes('/following?') || path.includes('/followers?')));
  });

  const unusable: [name: string, fault: Fault][] = [
    ['revoked', respondWith({ status: 401, json: { title: 'Unauthorized', status: 401 } })],
    ['suspended', respondWith({ status: 403, json: {} })],
    ['at their rate limit', respondWith({ status: 429, json: {} })],
    ['out of credit', respondWith({ status: 402, json: {} })],
    ['answered by an invalid response', respondWith({ status: 200, text: '<html>' })],
    ['answered by a server error', respondWith({ status: 503, json: {}, headers: { 'retry-after': '60' } })],
  ];
  for (const [name, fault] of unusable) {
    it(`are optional: where they are ${name}, the app answers, and they rest for a while`, async () => {
      await using simulator = await startFriends();
      await using adapter = aTwitter(simulator, { keys: APP_KEYS, owner: OWNER_KEYS });
      simulator.failNext(fault);
      for (let n = 0; n < 2; n += 1) {
        assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
      }
      assert.deepEqual(
        simulator.paths.filter((path) => path.endsWith('/me')),
        ['GET /2/users/me'],
      );
    });
  }

  it('are optional: where their signature is wrong, the app answers', async () => {
    await using simulator = await startFriends();
    const owner = { ...OWNER_KEYS, tokenSecret: new Secret('wrong') };
    await using adapter = aTwitter(simulator, { keys: APP_KEYS, owner });
    assert.deepEqual(await adapter.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
  });
});
