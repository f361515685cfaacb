import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Handle } from '../../src/domain/developer-pair/handle.ts';
import type { OrganisationDirectory } from '../../src/ports/organisation-directory.ts';
import { PortError } from '../../src/ports/port-error.ts';

/** A directory together with the network behind it. */
export type OrganisationWorld = AsyncDisposable &
  Readonly<{
    organisationDirectory: OrganisationDirectory;
    join(name: string, ...organisations: readonly string[]): void;
    /** From now on it does not answer. */
    stopResponding(): void;
  }>;

/** The contract of OrganisationDirectory. @param open returns one without developers */
export const organisationDirectoryContract = (adapter: string, open: () => Promise<OrganisationWorld>): void => {
  describe(`OrganisationDirectory contract: ${adapter}`, () => {
    const ask = ({ organisationDirectory }: OrganisationWorld, name: string) =>
      organisationDirectory.organisationsOf(Handle.parse(name));

    it('lists the public organisations of a user, with their names as they are', async () => {
      await using world = await open();
      world.join('dev1', 'org2', 'Org1');
      assert.deepEqual(await ask(world, 'dev1'), { kind: 'organisations', names: new Set(['Org1', 'org2']) });
    });

    it('finds a user in any case', async () => {
      await using world = await open();
      world.join('Dev1', 'org1');
      assert.deepEqual(await ask(world, 'dEV1'), { kind: 'organisations', names: new Set(['org1']) });
    });

    it('distinguishes an unknown developer from one without organisations', async () => {
      await using world = await open();
      world.join('dev1');
      assert.deepEqual(await ask(world, 'dev1'), { kind: 'organisations', names: new Set() });
      assert.deepEqual(await ask(world, 'dev2'), { kind: 'unknown' });
    });

    it('lists hundreds', async () => {
      await using world = await open();
      const many = Array.from({ length: 350 }, (_, n) => `org${n}`);
      world.join('dev1', ...many);
      assert.deepEqual(await ask(world, 'dev1'), { kind: 'organisations', names: new Set(many) });
    });

    it('finds no user of a name that its network does not allow', async () => {
      await using world = await open();
      for (const name of ['a.b', '-dev', '..', 'orgs/x', '?', 'x'.repeat(40), '\u212Aen']) {
        assert.deepEqual(await ask(world, name), { kind: 'unknown' }, name);
      }
    });

    it('rejects with upstream.unavailable where the network does not respond', async () => {
      await using world = await open();
      world.join('dev1', 'org1');
      world.stopResponding();
      await assert.rejects(ask(world, 'dev1'), (error) => {
        assert.ok(error instanceof PortError);
        assert.equal(error.code, 'upstream.unavailable');
        assert.match(error.messages.join(), /^GitHub /);
        return true;
      });
    });
  });
};
