import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  good,
  type Instance,
  logIn,
  type NewDatabase,
  PASSWORD,
  profile,
  register,
  startTogether,
} from './two-instances.ts';

type NewStore = () => Promise<NewDatabase>;

/** Users and licenses of a copied store are in the copy. */
export const copiedStore = (direction: string, newSource: NewStore, newTarget: NewStore): void => {
  describe(`guildhall copy ${direction}`, { timeout: 600_000 }, () => {
    it('moves accounts, sessions, limits and licenses, and the copy serves', async () => {
      await using source = await newSource();
      await using target = await newTarget();
      let cookie: string;
      let license: { id: string; license_key: string };
      {
        await using service = await startTogether(source, [{}]);
        const [old] = service as unknown as [Instance];
        const { id } = await good(register(old, 'ada@example.com'));
        cookie = await logIn(old, 'ada@example.com');
        license = await good(old.call('POST', `/users/${id}/licenses`, { json: { max_activations: 1, product: 'x' } }));
        await good(old.call('PUT', `/licenses/${license.id}/activations/m1`, { license: license.license_key }));
        await register(old, 'eve@example.com');
        await guess(old, 10);

        const { code, out, err } = await service.cli(['copy', '--from', source.url, '--to', target.url, '--json']);
        assert.deepEqual([code, err], [0, '']);
        const { users, sessions, licenses, license_activations } = JSON.parse(out);
        assert.deepEqual([users, sessions, licenses, license_activations], [2, 1, 1, 1]);

        const again = await service.cli(['copy', '--from', source.url, '--to', target.url]);
        const sentence = 'The store to copy to is not empty: it has rows in users.\n';
        assert.deepEqual([again.code, again.out, again.err], [3, '', sentence]);
      }
      await using service = await startTogether(target, [{}]);
      const [copy] = service as unknown as [Instance];
      assert.equal(await profile(copy, cookie), 200);
      await logIn(copy, 'ada@example.com');
      assert.deepEqual(await guess(copy, 1), [429]);
      const question = { license_key: license.license_key, fingerprint: 'm1', product: 'x' };
      const validation = await good<{ valid: boolean }>(copy.call('POST', '/licenses/validate', { json: question }));
      assert.equal(validation.valid, true);
      const full = copy.call('PUT', `/licenses/${license.id}/activations/m2`, { license: license.license_key });
      assert.equal((await full).status, 409);
      assert.equal((await register(copy, 'grace@example.com')).status, 201);
    });

    it('moves nothing from where there is nothing', async () => {
      await using source = await newSource();
      await using target = await newTarget();
      await using service = await startTogether(target, []);
      const { code, out } = await service.cli(['copy', '--from', source.url, '--to', target.url]);
      assert.ok([3, 4].includes(code ?? 0), `${code}`);
      assert.equal(out, '');
    });
  });
};

/** What Eve gets who guesses so often. */
const guess = async (instance: Instance, times: number): Promise<number[]> => {
  const json = { email: 'eve@example.com', password: `${PASSWORD} or so` };
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) statuses.push((await instance.call('POST', '/sessions', { json })).status);
  return statuses;
};
