import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../src/domain/shared/secret.ts';
import { PasswordHash } from '../../src/domain/user/password-hash.ts';
import type { HashingShare, PasswordHasher } from '../../src/ports/password-hasher.ts';
import type { PortError } from '../../src/ports/port-error.ts';

/** Parameters that no server should use and every test can afford. */
export const QUICK = { memoryKib: 256, timeCost: 2, parallelism: 1 } as const;

export type HasherSettings = Readonly<{
  params: Readonly<{ memoryKib: number; timeCost: number; parallelism: number }>;
  concurrency: number;
  queue: number;
}>;

const PASSWORD = new Secret('correct horse Pferd 🐴');
/** 'correct horse battery staple', made by OpenSSL. */
const BY_ANOTHER_PROGRAM = PasswordHash.parse(
  '$argon2id$v=19$m=64,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$01TSt2X0rQaNhQ2xevan2Z9ZpS9+/ww5A24CuzQdYUM',
);
const DAMAGED = [
  '$argon2id$',
  '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$',
  '$argon2id$v=19$m=256,t=2,p=1$$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$argon2id$v=19$m=256,t=2$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$argon2id$v=19$m=1,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$argon2id$v=19$m=256,t=2,p=99$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$not base64 at all, is it? no, it is not',
];

/** What every PasswordHasher promises. `open` makes one with these settings. */
export const passwordHasherContract = (adapter: string, open: (settings: HasherSettings) => PasswordHasher): void => {
  const aHasher = (changed: Partial<HasherSettings> = {}) =>
    open({ params: QUICK, concurrency: 2, queue: 100, ...changed });
  const madeWith = (params: Partial<HasherSettings['params']>) =>
    aHasher({ params: { ...QUICK, ...params } }).hash(PASSWORD);

  describe(`PasswordHasher contract: ${adapter}`, () => {
    it('verifies a password by its hash', async () => {
      const hasher = aHasher();
      const stored = await hasher.hash(PASSWORD);
      assert.equal(await hasher.verify(stored, PASSWORD), true);
    });

    it('ASVS 6.2.8: rejects a password with one character changed, dropped, added, or in another case', async () => {
      const hasher = aHasher();
      const right = 'Tr0ub4dour & Söhne';
      const stored = await hasher.hash(new Secret(right));
      const wrong = [...right].flatMap((character, at) => {
        const [before, after] = [right.slice(0, at), right.slice(at + 1)];
        const lower = character.toLowerCase();
        const flipped = lower === character ? character.toUpperCase() : lower;
        return [`${before}${after}`, `${before}~${after}`, `${before}${character}${character}${after}`].concat(
          flipped === character ? [] : `${before}${flipped}${after}`,
        );
      });
      const others = wrong.filter((typed) => typed !== right).concat('', ` ${right}`, `${right} `, `${right}\0`);
      for (const typed of others) assert.equal(await hasher.verify(stored, new Secret(typed)), false, typed);
    });

    it('ASVS 6.2.8: does not take ill-formed text for the replacement character it turns into', async () => {
      const hasher = aHasher();
      const stored = await hasher.hash(new Secret('eight \ufffd long'));
      assert.equal(await hasher.verify(stored, new Secret('eight \ud800 long')), false);
    });

    it('ASVS 6.2.8: reads a password to its end, through NUL bytes and past a thousand characters', async () => {
      const hasher = aHasher();
      const long = `${'a'.repeat(500)}\0${'b'.repeat(500)}`;
      const stored = await hasher.hash(new Secret(long));
      assert.equal(await hasher.verify(stored, new Secret(long)), true);
      assert.equal(await hasher.verify(stored, new Secret(`${long.slice(0, -1)}c`)), false);
    });

    it('ASVS 11.4.2: writes an argon2id PHC string in the usual order, with its parameters', async () => {
      const stored = await aHasher().hash(PASSWORD);
      assert.match(stored, /^\$argon2id\$v=19\$m=256,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    });

    it('salts: the same password never has the same hash twice', async () => {
      const hasher = aHasher();
      const hashes = await Promise.all(Array.from({ length: 20 }, () => hasher.hash(PASSWORD)));
      assert.equal(new Set(hashes).size, 20);
    });

    it('is false when there is no hash to compare with', async () => {
      assert.equal(await aHasher().verify(null, PASSWORD), false);
    });

    it('ASVS 11.2.2: still verifies what was made with other parameters', async () => {
      const today = aHasher();
      const earlier = [{ memoryKib: 64 }, { memoryKib: 1024 }, { timeCost: 1 }, { timeCost: 5 }, { parallelism: 2 }];
      for (const params of earlier) {
        const stored = await madeWith(params);
        assert.equal(await today.verify(stored, PASSWORD), true, stored);
        assert.equal(await today.verify(stored, new Secret('correct horse Pferd')), false, stored);
      }
    });

    it('verifies what another program made', async () => {
      const hasher = aHasher();
      assert.equal(await hasher.verify(BY_ANOTHER_PROGRAM, new Secret('correct horse battery staple')), true);
      assert.equal(await hasher.verify(BY_ANOTHER_PROGRAM, new Secret('correct horse battery stable')), false);
    });

    it('ASVS 11.2.2: calls a hash outdated when memory, passes or lanes were fewer than today', async () => {
      const today = aHasher({ params: { memoryKib: 512, timeCost: 3, parallelism: 2 } });
      const todays = { memoryKib: 512, timeCost: 3, parallelism: 2 };
      for (const fewer of [{ memoryKib: 511 }, { timeCost: 2 }, { parallelism: 1 }]) {
        assert.equal(today.isOutdated(await madeWith({ ...todays, ...fewer })), true, JSON.stringify(fewer));
      }
      for (const enough of [{}, { memoryKib: 513 }, { timeCost: 4 }, { parallelism: 3 }]) {
        assert.equal(today.isOutdated(await madeWith({ ...todays, ...enough })), false, JSON.stringify(enough));
      }
    });

    it('ASVS 11.2.5: is false for a damaged hash instead of failing', async () => {
      const hasher = aHasher();
      for (const damaged of DAMAGED) {
        assert.equal(await hasher.verify(PasswordHash.parse(damaged), PASSWORD), false, damaged);
        assert.equal(hasher.isOutdated(PasswordHash.parse(damaged)), true, damaged);
      }
    });

    it('turns away at once what neither runs nor may wait, and finishes all it took', async () => {
      const hasher = aHasher({ params: { ...QUICK, timeCost: 20 }, concurrency: 2, queue: 3 });
      const settled: string[] = [];
      const taken = [1, 2, 3, 4, 5].map((nth) => hasher.hash(PASSWORD).then(() => settled.push(`hash ${nth}`)));
      const refused = [hasher.hash(PASSWORD), hasher.verify(null, PASSWORD)].map((overflow) =>
        assert.rejects(overflow, { name: 'PortError', code: 'hashing.busy' }).then(() => settled.push('busy')),
      );
      await Promise.all([...taken, ...refused]);
      assert.deepEqual(settled.slice(0, 2), ['busy', 'busy']);
      assert.equal(settled.length, 7);
    });

    it('takes work again when its queue has emptied', async () => {
      const hasher = aHasher({ concurrency: 1, queue: 0 });
      const first = hasher.hash(PASSWORD);
      await assert.rejects(hasher.hash(PASSWORD), { code: 'hashing.busy' });
      assert.equal(await hasher.verify(await first, PASSWORD), true);
    });

    // OWASP API4:2023, Unrestricted Resource Consumption: one client must not use up what all share.
    describe('API4:2023: with a full queue', () => {
      const [mallory, eve] = ['mallory@example.com', 'eve@example.com'];
      const share = (network: string, account: string) => ({ network, account });

      /** One hash runs and six wait. @returns how they and those after them ended, in that order */
      const filledBy = (shares: readonly HashingShare[]) => {
        const hasher = aHasher({ concurrency: 1, queue: shares.length - 1 });
        const settled: string[] = [];
        const start = (name: string, one: HashingShare) =>
          hasher.verify(null, PASSWORD, one).then(
            () => void settled.push(name),
            ({ code }: PortError) => void settled.push(`${name} ${code}`),
          );
        const started = shares.map((one, index) => start(`flood ${index}`, one));
        return {
          add: (name: string, one: HashingShare) => void started.push(start(name, one)),
          async settled() {
            await Promise.all(started);
            return settled;
          },
        };
      };

      it('one account does not keep another out, not even in its own network', async () => {
        for (const network of ['192.0.2.1', '198.51.100.1']) {
          const queue = filledBy(Array.from({ length: 7 }, () => share('192.0.2.1', mallory)));
          queue.add('victim', share(network, eve));
          const settled = await queue.settled();
          assert.equal(settled[0], 'flood 6 hashing.busy');
          assert.ok(settled.indexOf('victim') <= 3, settled.join());
          assert.equal(settled.length, 8);
        }
      });

      it('one account does not keep another out by coming from many networks', async () => {
        const queue = filledBy(Array.from({ length: 7 }, (_, n) => share(`192.0.2.${n}`, mallory)));
        queue.add('victim', share('198.51.100.1', eve));
        const settled = await queue.settled();
        assert.deepEqual([settled[0], settled.includes('victim')], ['flood 6 hashing.busy', true]);
      });

      it('one network does not keep another out by trying many accounts', async () => {
        const queue = filledBy(Array.from({ length: 7 }, (_, n) => share('192.0.2.1', `user${n}@example.com`)));
        queue.add('victim', share('198.51.100.1', eve));
        const settled = await queue.settled();
        assert.equal(settled[0], 'flood 6 hashing.busy');
        assert.ok(settled.indexOf('victim') <= 3, settled.join());
      });

      it('a network or an account that has its share is turned away', async () => {
        const queue = filledBy(Array.from({ length: 7 }, () => share('192.0.2.1', mallory)));
        queue.add('more', share('192.0.2.1', mallory));
        assert.equal((await queue.settled())[0], 'more hashing.busy');
      });

      it('networks take turns, and accounts of a network take turns', async () => {
        const queue = filledBy([
          share('192.0.2.1', mallory),
          share('192.0.2.1', mallory),
          share('192.0.2.1', mallory),
          share('192.0.2.1', eve),
          share('198.51.100.1', eve),
          share('198.51.100.1', eve),
        ]);
        const order = ['flood 0', 'flood 1', 'flood 4', 'flood 3', 'flood 5', 'flood 2'];
        assert.deepEqual(await queue.settled(), order);
      });
    });
  });
};
