import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { asyncProperty, assert as check, nat, string } from 'fast-check';
import { passwordHasherContract, QUICK } from '../../../../test/contracts/password-hasher.contract.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import { PasswordHash } from '../../../domain/user/password-hash.ts';
import { type Argon2Engine, ENGINE_LOADERS, loadArgon2Engine } from './argon2-engine.ts';
import { type Argon2Params, workOf } from './argon2-params.ts';
import { Argon2PasswordHasher } from './argon2-password-hasher.ts';
import { Phc } from './phc.ts';

const ENGINES = ['argon2', 'node-rs'] as const;

for (const engine of ENGINES) {
  passwordHasherContract(engine, (settings) => new Argon2PasswordHasher({ ...settings, engine }));
}

const PASSWORD = new Secret('correct horse');
const WRONG = new Secret('correct hearse');
const aHasher = (params: Argon2Params = QUICK) => new Argon2PasswordHasher({ params, concurrency: 2, queue: 100 });

describe('The two argon2 engines', () => {
  it('verify the hashes of each other, with any parameters', async () => {
    for (const change of [{}, { memoryKib: 64, parallelism: 4 }, { timeCost: 1 }, { timeCost: 5, memoryKib: 1024 }]) {
      const [reference, rust] = ENGINES.map(
        (engine) => new Argon2PasswordHasher({ engine, params: { ...QUICK, ...change }, concurrency: 1, queue: 9 }),
      ) as [Argon2PasswordHasher, Argon2PasswordHasher];
      for (const [maker, judge] of [
        [reference, rust],
        [rust, reference],
      ] as const) {
        const stored = await maker.hash(PASSWORD);
        assert.equal(await judge.verify(stored, PASSWORD), true, stored);
        assert.equal(await judge.verify(stored, WRONG), false, stored);
      }
    }
  });

  it('verify a hash of any length, with a salt of any length', async () => {
    for (const [saltBytes, hashBytes] of [
      [8, 16],
      [64, 64],
      [33, 129],
    ] as const) {
      const input = {
        password: Buffer.from('correct horse'),
        salt: Buffer.alloc(saltBytes, 7),
        params: QUICK,
        hashBytes,
      };
      for (const maker of ENGINES) {
        const stored = Phc.encode(QUICK, input.salt, await ENGINE_LOADERS[maker]()(input));
        for (const engine of ENGINES) {
          const hasher = new Argon2PasswordHasher({ engine, params: QUICK, concurrency: 1, queue: 0 });
          assert.equal(await hasher.verify(stored, PASSWORD), true, stored);
        }
      }
    }
  });
});

describe('ARGON2_ENGINE', () => {
  const engine: Argon2Engine = async ({ hashBytes }) => Buffer.alloc(hashBytes);
  const works = () => engine;
  const missing = () => {
    throw new Error('Cannot find native binding');
  };

  it('takes node-rs by default, and argon2 where the binary of node-rs cannot be loaded', () => {
    assert.equal(loadArgon2Engine('auto', { 'node-rs': works, argon2: missing }), engine);
    assert.equal(loadArgon2Engine('auto', { 'node-rs': missing, argon2: works }), engine);
  });

  it('takes the engine that is named, or fails', () => {
    assert.equal(loadArgon2Engine('argon2', { 'node-rs': missing, argon2: works }), engine);
    for (const name of ['auto', 'node-rs', 'argon2'] as const) {
      const load = () => loadArgon2Engine(name, { 'node-rs': missing, argon2: missing });
      assert.throws(load, { message: `ARGON2_ENGINE=${name}: the library cannot be loaded` });
    }
  });
});

describe('Argon2PasswordHasher', () => {
  it('ASVS 11.4.2: makes 19 MiB, two passes and one lane unless set otherwise', async () => {
    const stored = await new Argon2PasswordHasher({ concurrency: 1, queue: 0 }).hash(PASSWORD);
    assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('computes no more hashes at a time than its limit', async () => {
    const hasher = new Argon2PasswordHasher({ params: QUICK, concurrency: 2, queue: 20 });
    const work = Promise.all([
      ...Array.from({ length: 12 }, () => hasher.hash(PASSWORD)),
      ...Array.from({ length: 10 }, () => hasher.verify(null, PASSWORD)),
    ]).then(() => 'done');
    assert.deepEqual({ active: hasher.active, waiting: hasher.waiting }, { active: 2, waiting: 20 });

    const seen: number[] = [];
    while ((await Promise.race([work, nextTurn('running')])) === 'running') seen.push(hasher.active);
    assert.equal(Math.max(...seen), 2);
    assert.deepEqual({ active: hasher.active, waiting: hasher.waiting }, { active: 0, waiting: 0 });
  });

  it('computes in order of arrival', async () => {
    const hasher = new Argon2PasswordHasher({ params: QUICK, concurrency: 1, queue: 20 });
    const finished: number[] = [];
    const order = Array.from({ length: 20 }, (_, nth) => nth);
    await Promise.all(order.map((nth) => hasher.verify(null, PASSWORD).then(() => finished.push(nth))));
    assert.deepEqual(finished, order);
  });

  it('frees its place when hashing fails', async () => {
    const hasher = new Argon2PasswordHasher({ params: QUICK, concurrency: 1, queue: 0 });
    const broken = { reveal: () => assert.fail('no text') } as unknown as Secret;
    await assert.rejects(hasher.hash(broken), /no text/);
    assert.match(await hasher.hash(PASSWORD), /^\$argon2id\$/);
  });

  it('ASVS 11.2.5: rejects every damaged form of a hash', async () => {
    const hasher = aHasher();
    const valid = await hasher.hash(PASSWORD);
    await check(
      asyncProperty(nat(valid.length - 11), string({ minLength: 1, maxLength: 3 }), async (at, noise) => {
        const damaged = PasswordHash.parse(`$argon2id$${valid.slice(10, 10 + at)}${noise}${valid.slice(11 + at)}`);
        assert.equal(await hasher.verify(damaged, WRONG), false);
      }),
      { numRuns: 300 },
    );
  });

  it('rejects parameters that argon2 does not accept', () => {
    for (const params of [
      { memoryKib: 7 },
      { timeCost: 0 },
      { timeCost: 65 },
      { parallelism: 33 },
      { memoryKib: 2e6 },
    ]) {
      assert.throws(() => aHasher({ ...QUICK, ...params }), { name: 'BrokenInvariant' }, JSON.stringify(params));
    }
  });
});

/** Every hash that is computed, with what its time depends on; `npm run timing` shows that it depends on no more. */
const countingHasher = (params: Argon2Params) => {
  const computed: Argon2Params[] = [];
  const compute = loadArgon2Engine('auto');
  const engine: Argon2Engine = (input) => {
    computed.push(input.params);
    return compute(input);
  };
  return { computed, hasher: new Argon2PasswordHasher({ engine, params, concurrency: 2, queue: 100 }) };
};

describe('the work behind a "no"', () => {
  const params = { memoryKib: 4096, timeCost: 3, parallelism: 1 };

  /** What is computed before a password is refused. */
  const computedFor = async (stored: PasswordHash | null, password: Secret): Promise<readonly Argon2Params[]> => {
    const { computed, hasher } = countingHasher(params);
    assert.equal(await hasher.verify(stored, password), false);
    return computed;
  };

  it('ASVS 6.3.8: is one hash with the parameters of today for a wrong password', async () => {
    assert.deepEqual(await computedFor(await aHasher(params).hash(PASSWORD), WRONG), [params]);
  });

  it('ASVS 6.3.8: is the same for an unknown address as for a wrong password, from the first question on', async () => {
    assert.deepEqual(await computedFor(null, WRONG), [params]);
  });

  it('ASVS 6.3.8: is the same for a damaged hash', async () => {
    assert.deepEqual(await computedFor(PasswordHash.parse('$argon2id$v=19$m=8,t=1'), WRONG), [params]);
  });

  it('ASVS 6.3.8: is the same for a hash that was made with weaker parameters', async () => {
    for (const weaker of [{ memoryKib: 2048, timeCost: 2 }, { memoryKib: 64 }, { timeCost: 1 }, { memoryKib: 4095 }]) {
      const madeWith = { ...params, ...weaker };
      const computed = await computedFor(await aHasher(madeWith).hash(PASSWORD), WRONG);
      assert.deepEqual(computed[0], madeWith);
      const total = computed.reduce((sum, each) => sum + workOf(each), 0);
      // Argon2 takes no less than 8 KiB a pass, so that little may be missing.
      assert.ok(Math.abs(total - workOf(params)) < 8 * params.timeCost, `${total} of ${workOf(params)}`);
    }
  });

  it('ASVS 6.3.8: is that of the most expensive parameters that are stored, after they were lowered', async () => {
    const before = { memoryKib: 8192, timeCost: 4, parallelism: 2 };
    const { computed, hasher } = countingHasher(params);
    hasher.expectParameters('$argon2id$v=19$m=8192,t=4,p=2');
    hasher.expectParameters('$argon2id$v=19$m=4096,t=3,p=1');
    hasher.expectParameters('$argon2id$v=19$m=9');
    const workFor = async (stored: PasswordHash | null): Promise<number> => {
      computed.length = 0;
      assert.equal(await hasher.verify(stored, WRONG), false);
      return computed.reduce((sum, each) => sum + workOf(each), 0);
    };
    assert.equal(await workFor(null), workOf(before));
    assert.deepEqual(computed, [before]);
    assert.equal(await workFor(await aHasher(before).hash(PASSWORD)), workOf(before));
    const total = await workFor(await aHasher(params).hash(PASSWORD));
    assert.ok(Math.abs(total - workOf(before)) < 8 * before.timeCost, `${total} of ${workOf(before)}`);
  });

  it('ASVS 6.3.8: is learned from a stored hash that is compared', async () => {
    const before = { memoryKib: 8192, timeCost: 4, parallelism: 1 };
    const { computed, hasher } = countingHasher(params);
    assert.equal(await hasher.verify(await aHasher(before).hash(PASSWORD), PASSWORD), true);
    computed.length = 0;
    await hasher.verify(null, WRONG);
    assert.deepEqual(computed, [before]);
  });

  it('ASVS 6.3.8: is the same for an empty password', async () => {
    assert.deepEqual(await computedFor(null, new Secret('')), [params]);
    assert.deepEqual(await computedFor(await aHasher(params).hash(PASSWORD), new Secret('')), [params]);
  });
});
