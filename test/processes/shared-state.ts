import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  good,
  type Instance,
  type Instances,
  logIn,
  type NewDatabase,
  PASSWORD,
  profile,
  register,
  startTogether,
  statusesOf,
} from './two-instances.ts';

/** What one instance does holds on the other, at once. */
export const sharedState = (kind: string, newDatabase: () => Promise<NewDatabase>): void => {
  describe(`Two instances on one database: ${kind}`, { timeout: 600_000 }, () => {
    let database: NewDatabase;
    let instances: Instances;
    let one: Instance;
    let other: Instance;

    before(async () => {
      database = await newDatabase();
      instances = await startTogether(database, [{}, {}]);
      [one, other] = instances as unknown as [Instance, Instance];
    });
    after(async () => {
      await instances?.[Symbol.asyncDispose]();
      await database?.[Symbol.asyncDispose]();
    });

    /** The same question on both at the same moment, `times` over. */
    const onBoth = <T>(ask: (instance: Instance, nth: number) => Promise<T>, times = 1): Promise<T>[] =>
      Array.from({ length: times }, (_, nth) => [ask(one, nth), ask(other, nth)]).flat();

    it('a session that begins on one is good on the other, and ends on both where it is ended', async () => {
      await register(one, 'ada@example.com');
      const cookie = await logIn(one, 'ada@example.com');
      assert.deepEqual([await profile(one, cookie), await profile(other, cookie)], [200, 200]);
      assert.equal((await other.call('DELETE', '/sessions', { cookie })).status, 302);
      assert.deepEqual([await profile(one, cookie), await profile(other, cookie)], [403, 403]);
    });

    it('a password that is changed on one opens the other, and the old one nothing', async () => {
      const { id } = await good(register(one, 'grace@example.com'));
      const [cookie, laptop] = [await logIn(one, 'grace@example.com'), await logIn(other, 'grace@example.com')];
      const change = { current_password: PASSWORD, password: 'another good password' };
      await good(one.call('PATCH', `/users/${id}`, { json: change, cookie }));
      assert.deepEqual([await profile(one, laptop), await profile(other, laptop)], [403, 403]);
      await logIn(other, 'grace@example.com', 'another good password');
      const old = { email: 'grace@example.com', password: PASSWORD };
      assert.deepEqual(
        await statusesOf(onBoth((instance) => instance.call('POST', '/sessions', { json: old }))),
        [401, 401],
      );
    });

    it('ASVS 15.4.2: guesses count together, however they are spread', async () => {
      await register(one, 'eve@example.com');
      const guess = { email: 'eve@example.com', password: 'a wrong guess of hers' };
      const statuses = await statusesOf(onBoth((instance) => instance.call('POST', '/sessions', { json: guess }), 10));
      assert.deepEqual(statuses, [...Array(10).fill(401), ...Array(10).fill(429)]);
      const right = { email: 'eve@example.com', password: PASSWORD };
      const knocks = await statusesOf(onBoth((instance) => instance.call('POST', '/sessions', { json: right })));
      assert.deepEqual(knocks, [429, 429]);
    });

    it('ASVS 15.4.2: of one address that registers on both at once, one account is made', async () => {
      for (let round = 1; round <= 5; round += 1) {
        const email = `twin${round}@example.com`;
        assert.deepEqual(await statusesOf(onBoth((instance) => register(instance, email))), [201, 409]);
        const found = await good<object[]>(other.call('GET', `/users?email=${encodeURIComponent(email)}`));
        assert.equal(found.length, 1);
      }
    });

    it('ASVS 15.4.2: one reset token sets one password', async () => {
      for (let round = 1; round <= 5; round += 1) {
        const email = `forgetful${round}@example.com`;
        await register(one, email);
        const { reset_token } = await good(other.call('POST', '/reset_password', { json: { email } }));
        const passwords = [`the first of two ${round}`, `the second of two ${round}`];
        const answers = await Promise.all(
          passwords.map((password, nth) =>
            (instances[nth] as Instance).call('PUT', '/reset_password', {
              json: { email, reset_token, new_password: password },
            }),
          ),
        );
        assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 403]);
        const opens = passwords.map((password) => one.call('POST', '/sessions', { json: { email, password } }));
        const opened = (await Promise.all(opens)).map(({ status }) => (status === 200 ? 200 : 403));
        assert.deepEqual(
          opened,
          answers.map(({ status }) => status),
        );
      }
    });

    it('ASVS 15.4.2: seats stay exact while both give them out', async () => {
      const { id: owner } = await good(register(one, 'margaret@example.com'));
      const { id, license_key: license = '' } = await good(
        one.call('POST', `/users/${owner}/licenses`, { json: { max_activations: 5 } }),
      );
      const activate = (instance: Instance, nth: number) =>
        instance.call('PUT', `/licenses/${id}/activations/machine-${nth}`, { license });
      const statuses = await statusesOf(onBoth(activate, 15));
      assert.deepEqual(
        [201, 200, 409].map((status) => statuses.filter((given) => given === status).length),
        [5, 5, 20],
      );
      const seats = await good<{ fingerprint: string }[]>(
        other.call('GET', `/licenses/${id}/activations`, { license }),
      );
      assert.equal(seats.length, 5);
      // A seat that is given back on one is there on the other.
      const [{ fingerprint } = { fingerprint: '' }] = seats;
      const back = await one.call('DELETE', `/licenses/${id}/activations/${fingerprint}`, { license });
      assert.equal(back.status, 204);
      assert.equal((await activate(other, 99)).status, 201);
    });
  });
};
