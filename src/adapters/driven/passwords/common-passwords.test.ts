import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { commonPasswordsContract } from '../../../../test/contracts/common-passwords.contract.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import { PasswordPolicy } from '../../../domain/user/password-policy.ts';
import { NoCommonPasswords, ZxcvbnCommonPasswords } from './common-passwords.ts';

const shared = new ZxcvbnCommonPasswords();
commonPasswordsContract('zxcvbn', () => shared);
commonPasswordsContract('none', () => new NoCommonPasswords());

describe('ZxcvbnCommonPasswords', () => {
  it('ASVS 6.2.4: contains far more than 3,000 passwords of the minimum length, and the policy rejects each', () => {
    const policy = new PasswordPolicy({ minLength: 8, isCommon: (candidate) => shared.has(candidate) });
    const longEnough = [...shared.load()].filter((password) => password.length >= 8);
    assert.ok(longEnough.length > 3_000, `only ${longEnough.length}`);
    for (const password of longEnough) {
      assert.throws(
        () => policy.accept(new Secret(password), { email: 'ada@example.com' }),
        /password is one of the most common ones/,
        password,
      );
    }
  });

  it('ASVS 6.2.12: holds the whole list of leaked passwords, ready to be asked in lower case', () => {
    const list = [...shared.load()];
    assert.equal(list.length, 49_233);
    assert.deepEqual(list.slice(0, 3), ['123456', 'password', '12345678']);
    assert.equal(
      list.find((password) => password !== password.normalize('NFC').toLowerCase()),
      undefined,
    );
  });

  it('reads the list once', () => {
    assert.equal(shared.load(), shared.load());
  });

  it('answers each question with one look into a set, and never goes through the list', (t) => {
    const passwords = shared.load() as Set<string>;
    const lookUps = t.mock.method(passwords, 'has');
    const walks = [
      t.mock.method(passwords, Symbol.iterator),
      ...(['forEach', 'keys', 'values', 'entries'] as const).map((name) => t.mock.method(passwords, name)),
    ];
    for (let nth = 0; nth < 1_000; nth += 1) shared.has(`candidate ${nth}`);
    assert.equal(lookUps.mock.callCount(), 1_000);
    assert.deepEqual(
      walks.map(({ mock }) => mock.callCount()),
      [0, 0, 0, 0, 0],
    );
  });

  it('costs less than 50 MB of memory', async () => {
    const { heap, rss } = await costOfLoading();
    assert.ok(heap > 1e6, `${heap} bytes of heap: nothing was loaded`);
    assert.ok(heap < 50e6, `${heap} bytes of heap`);
    assert.ok(rss < 50e6, `${rss} bytes of resident memory`);
  });
});

/** In a process of its own, where nothing else comes and goes. */
const costOfLoading = async (): Promise<{ heap: number; rss: number }> => {
  const script = `
    const { ZxcvbnCommonPasswords } = await import(${JSON.stringify(import.meta.resolve('./common-passwords.ts'))});
    gc();
    const before = process.memoryUsage();
    const passwords = new ZxcvbnCommonPasswords();
    passwords.load();
    gc();
    const after = process.memoryUsage();
    if (!passwords.has('123456')) throw new Error('not loaded');
    console.log(JSON.stringify({ heap: after.heapUsed - before.heapUsed, rss: after.rss - before.rss }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--input-type=module', '-e', script]);
  return JSON.parse(stdout);
};
