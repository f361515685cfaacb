import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { APP_KEYS, aTwitter, named, OWNER_KEYS, worthIt } from '../../../../../test/builders/upstream-builder.ts';
import { htmlPage, telling } from '../../../../../test/simulators/simulator.ts';
import { startTwitterSimulator } from '../../../../../test/simulators/twitter-simulator.ts';
import { Secret } from '../../../../domain/shared/secret.ts';
import { basicCredentials } from './twitter-keys.ts';

const [dev1, dev2] = [named('dev1'), named('dev2')];
const startFriends = () => startTwitterSimulator({ dev1: ['dev2'], dev2: ['dev1'] }, { owner: 'dev1' });
const tokensIn = (paths: readonly string[]) => paths.filter((path) => path === 'POST /oauth2/token').length;

describe('the keys of the app', () => {
  it('are shown as the documentation shows them', () => {
    const keys = {
      key: new Secret('xvz1evFS4wEEPTGEFPHBog'),
      secret: new Secret('L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg'),
    };
    assert.equal(
      basicCredentials(keys),
      'eHZ6MWV2RlM0d0VFUFRHRUZQSEJvZzpMOHFxOVBaeVJnNmllS0dFS2hab2xHQzB2SldMdzhpRUo4OERSZHlPZw==',
    );
  });

  it('may hold a colon or a plus', () => {
    const shown = Buffer.from(basicCredentials({ key: new Secret('a:b'), secret: new Secret('c+/d') }), 'base64');
    assert.equal(shown.toString(), 'a%3Ab:c%2B%2Fd');
  });

  it('fetch one token, for however many questions, and it is used as it came', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator, { keys: APP_KEYS });
    await Promise.all(Array.from({ length: 5 }, () => asked.twitter.followEachOther(dev1, dev2, worthIt)));
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
    assert.equal(tokensIn(simulator.paths), 1);
    assert.equal(simulator.asked.at(-1)?.headers.authorization, `Bearer ${simulator.bearer}`);
  });

  it('fetch another when Twitter has thrown the first one away', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator, { keys: APP_KEYS });
    await asked.twitter.followEachOther(dev1, dev2, worthIt);
    simulator.bearer = 'another';
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
    assert.equal(tokensIn(simulator.paths), 2);
  });

  it('are not shown again and again where Twitter does not accept them', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator, { keys: { key: new Secret('x'), secret: new Secret('wrong') } });
    for (let n = 0; n < 3; n += 1) {
      await assert.rejects(asked.twitter.followEachOther(dev1, dev2, worthIt), {
        code: 'upstream.refused',
        messages: ['Twitter rejects the credentials of this server.'],
      });
    }
    assert.deepEqual(simulator.paths, ['POST /oauth2/token']);
  });

  it('are not given up for a token that was set and is refused', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator, { keys: { bearer: new Secret('stale') } });
    await assert.rejects(asked.twitter.followEachOther(dev1, dev2, worthIt), { code: 'upstream.refused' });
    assert.equal(simulator.paths.length, 1);
  });

  const faults: [name: string, fault: ReturnType<typeof telling>, code: string][] = [
    ['no token', telling({ status: 200, json: {} }), 'upstream.nonsense'],
    [
      'a token of another kind',
      telling({ status: 200, json: { token_type: 'mac', access_token: 'x' } }),
      'upstream.nonsense',
    ],
    ['a web page', telling({ status: 200, text: '<html>' }), 'upstream.nonsense'],
    ['too many questions', telling({ status: 429, json: {} }), 'upstream.exhausted'],
    ['a proxy in trouble', htmlPage(502), 'upstream.unavailable'],
  ];
  for (const [name, fault, code] of faults) {
    it(`meet ${name}: ${code}`, async () => {
      await using simulator = await startFriends();
      await using asked = aTwitter(simulator, { keys: APP_KEYS });
      simulator.failAlways(fault);
      await assert.rejects(asked.twitter.followEachOther(dev1, dev2, worthIt), { code });
    });
  }
});

describe('the keys of a person', () => {
  it('tell of both directions by one look-up at the other, where their owner is one of the two', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator, { keys: APP_KEYS, owner: OWNER_KEYS });
    assert.deepEqual(await asked.twitter.followEachOther(dev2, named('DEV1'), worthIt), { kind: 'yes' });
    assert.deepEqual(simulator.paths, [
      'GET /2/users/me',
      'GET /2/users/by?usernames=dev2&user.fields=connection_status%2Cpublic_metrics%2Cprotected',
    ]);
    simulator.unfollow('dev2', 'dev1');
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'no' });
    assert.equal(simulator.paths.length, 3, 'who the owner is has not been asked again');
    assert.equal(tokensIn(simulator.paths), 0);
  });

  it('see past a protected account', async () => {
    await using simulator = await startFriends();
    simulator.protect('dev1');
    simulator.protect('dev2');
    await using asked = aTwitter(simulator, { keys: APP_KEYS, owner: OWNER_KEYS });
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
  });

  it('know that the other is nobody, or suspended', async () => {
    await using simulator = await startFriends();
    simulator.suspend('dev2');
    await using asked = aTwitter(simulator, { keys: APP_KEYS, owner: OWNER_KEYS });
    const developers = new Set(['nobody']);
    assert.deepEqual(await asked.twitter.followEachOther(named('Nobody'), dev1, worthIt), {
      kind: 'unknown',
      developers,
    });
    assert.equal((await asked.twitter.followEachOther(dev1, dev2, worthIt)).kind, 'inconclusive');
  });

  it('leave strangers to the app', async () => {
    await using simulator = await startFriends();
    simulator.follow('dev3', 'dev2');
    simulator.follow('dev2', 'dev3');
    await using asked = aTwitter(simulator, { keys: APP_KEYS, owner: OWNER_KEYS });
    assert.deepEqual(await asked.twitter.followEachOther(dev2, named('dev3'), worthIt), { kind: 'yes' });
    assert.ok(simulator.paths.some((path) => path.includes('/following?') || path.includes('/followers?')));
  });

  it('are not taken for "no" where nothing is said of how the two stand', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator, { keys: APP_KEYS, owner: OWNER_KEYS });
    await asked.twitter.followEachOther(dev1, dev2, worthIt);
    simulator.failNext(telling({ status: 200, json: { data: [{ id: '1', username: 'dev2' }] } }));
    assert.deepEqual(await asked.twitter.followEachOther(dev1, dev2, worthIt), { kind: 'yes' });
    assert.ok(simulator.paths.some((path) => path.includes('/following?') || path.includes('/followers?')));
  });

  it('are refused with a clear word', async () => {
    await using simulator = await startFriends();
    await using asked = aTwitter(simulator, {
      keys: APP_KEYS,
      owner: { ...OWNER_KEYS, tokenSecret: new Secret('wrong') },
    });
    await assert.rejects(asked.twitter.followEachOther(dev1, dev2, worthIt), { code: 'upstream.refused' });
  });
});
