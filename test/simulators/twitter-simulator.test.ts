import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ApiError, Client, OAuth1 } from '@xdevplatform/xdk';
import { startTwitterSimulator, TWITTER_KEYS, TWITTER_OWNER_KEYS, type TwitterSimulator } from './twitter-simulator.ts';

/** The vendor's own client is the judge: what it understands, the X API says. */
describe('the Twitter simulator, asked by @xdevplatform/xdk', () => {
  const clientOf = (simulator: TwitterSimulator, bearerToken = simulator.bearer) =>
    new Client({ bearerToken, baseUrl: simulator.baseUrl, retry: false });
  const start = () => startTwitterSimulator({ dev1: ['dev2', 'dev3', 'dev4'], dev2: ['dev1'] }, { owner: 'dev1' });
  const idOf = async (client: Client, name: string) => (await client.users.getByUsernames([name])).data?.[0]?.id ?? '';

  it('looks up users, and reports unknown ones', async () => {
    await using simulator = await start();
    simulator.suspend('dev4');
    const found = await clientOf(simulator).users.getByUsernames(['dev1', 'missing', 'dev4'], {
      userFields: ['public_metrics', 'protected'],
    });
    assert.deepEqual(
      found.data?.map(({ username, protected: isProtected }) => [username, isProtected]),
      [['dev1', false]],
    );
    const publicMetrics = found.data?.[0]?.publicMetrics;
    assert.deepEqual([publicMetrics?.followingCount, publicMetrics?.followersCount], [3, 1]);
    assert.deepEqual(
      found.errors?.map(({ title }) => title),
      ['Not Found Error', 'Forbidden'],
    );
  });

  it('pages through lists', async () => {
    await using simulator = await start();
    simulator.pageSize = 2;
    const client = clientOf(simulator);
    const id = await idOf(client, 'dev1');
    const first = await client.users.getFollowing(id, { maxResults: 1000 });
    const token = String(first.meta?.nextToken);
    const second = await client.users.getFollowing(id, { maxResults: 1000, paginationToken: token });
    assert.deepEqual([first.data?.length, second.data?.length, second.meta?.nextToken], [2, 1, undefined]);
    const followers = await client.users.getFollowers(id, { maxResults: 1000 });
    assert.equal(followers.data?.length, 1);
  });

  it('withholds the lists of protected accounts', async () => {
    await using simulator = await start();
    simulator.protect('dev1');
    const client = clientOf(simulator);
    const page = await client.users.getFollowing(await idOf(client, 'dev1'));
    assert.equal(page.data, undefined);
    assert.match(String(page.errors?.[0]?.type), /not-authorized-for-resource$/);
  });

  const refused = (status: number) => (error: unknown) => (error as ApiError).status === status;

  it('refuses a bad token, a bad name and too many questions', async () => {
    await using simulator = await start();
    await assert.rejects(clientOf(simulator, 'bad').users.getByUsernames(['dev1']), refused(401));
    await assert.rejects(clientOf(simulator).users.getByUsernames(['a.b']), refused(400));
    simulator.remaining.set('users/by', 0);
    await assert.rejects(clientOf(simulator).users.getByUsernames(['dev1']), (error: unknown) => {
      const { headers } = error as ApiError;
      assert.equal(headers.get('x-rate-limit-remaining'), '0');
      return refused(429)(error);
    });
  });

  it('identifies the user of an OAuth 1.0a token', async () => {
    await using simulator = await start();
    const { token, tokenSecret } = TWITTER_OWNER_KEYS;
    const oauth1 = new OAuth1({
      apiKey: TWITTER_KEYS.key,
      apiSecret: TWITTER_KEYS.secret,
      callback: 'oob',
      accessToken: token,
      accessTokenSecret: tokenSecret,
    });
    const client = new Client({ oauth1, baseUrl: simulator.baseUrl, retry: false });
    assert.equal((await client.users.getMe()).data?.username, 'dev1');
    const found = await client.users.getByUsernames(['dev2'], { userFields: ['connection_status'] });
    assert.deepEqual(found.data?.[0]?.connectionStatus, ['following', 'followed_by']);
  });
});
