import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuditedMemoryStores } from '../../../../test/audit/audited-memory-stores.ts';
import { anId } from '../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../test/builders/instants.ts';
import { aLicense } from '../../../../test/builders/license-builder.ts';
import { aUser } from '../../../../test/builders/user-builder.ts';
import { FixedClock } from '../../../../test/doubles/fixed-clock.ts';
import { MemorySecurityLog } from '../../../../test/doubles/memory-security-log.ts';
import { ChangeLicense } from '../../../application/license/change-license.ts';
import { IssueLicense } from '../../../application/license/issue-license.ts';
import { ReadLicense } from '../../../application/license/read-license.ts';
import { RotateSigningKey } from '../../../application/license/rotate-signing-key.ts';
import { ListUsers } from '../../../application/user/list-users.ts';
import type { RegisterUser } from '../../../application/user/register-user.ts';
import { License } from '../../../domain/license/license.ts';
import { Product } from '../../../domain/license/product.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import type { SignedLicenseFile } from '../../../ports/license-file-reader.ts';
import { DerivedKey } from '../../driven/encryption/derived-key.ts';
import { JoseLicenseFileSigner } from '../../driven/license-files/jose-license-file-signer.ts';
import { CryptoRandom } from '../../driven/system/crypto-random.ts';
import { Uuidv7Ids } from '../../driven/system/uuidv7-ids.ts';
import type { CliDeps, CliUseCases, LicenseFileCheck } from './cli-deps.ts';
import { runCli } from './run-cli.ts';

/** A command line over a store in memory in which Ada has an account. */
const aTerminal = async (verify?: (check: LicenseFileCheck) => Promise<SignedLicenseFile>) => {
  const stores = new AuditedMemoryStores();
  await stores.arrange(({ users }) => users.save(aUser()));
  const deps = {
    unitOfWork: stores,
    licenseQueries: stores.licenses,
    randomSource: new CryptoRandom(),
    idGenerator: new Uuidv7Ids(),
    clock: new FixedClock(NEW_YEAR),
    securityLog: new MemorySecurityLog(),
    idempotencyRetentionMs: 1_000,
    registration: 'open' as const,
    throttle: { countWithin: async () => {}, logRejection: <T>(_: unknown, work: () => Promise<T>) => work() },
    licenseFileSigner: new JoseLicenseFileSigner(
      () => new DerivedKey(new Secret('a secret of this test'), 'signing keys'),
    ),
  };
  const useCases = {
    changeLicense: new ChangeLicense(deps),
    issueLicense: new IssueLicense(deps),
    listUsers: new ListUsers({ userQueries: stores.users }),
    readLicense: new ReadLicense(deps),
    registerUser: { mode: 'open' } as RegisterUser,
    rotateSigningKey: new RotateSigningKey(deps),
  };
  const run = async (...argv: string[]) => {
    let [out, err] = ['', ''];
    const exitCode = await runCli(argv, {
      version: '1.2.3',
      write: (text: string) => {
        out += text;
      },
      writeError: (text: string) => {
        err += text;
      },
      withStore: (_, work) => work(useCases as Partial<CliUseCases> as CliUseCases),
      terminal: { hasColors: false },
      verifyLicenseFile: verify ?? (() => assert.fail('nothing is verified here')),
    } as Partial<CliDeps> as CliDeps);
    return { exitCode, out, err };
  };
  const json = async (...argv: string[]) => {
    const { exitCode, out, err } = await run(...argv, '--json');
    assert.deepEqual([exitCode, err.replace(/^Warning: .*not confirmed.*\n/, '')], [0, '']);
    return JSON.parse(out);
  };
  return { run, json, stores };
};

describe('guildhall license', () => {
  it('issues a license to an address, with everything or with nothing said', async () => {
    const { json } = await aTerminal();
    const bare = await json('license', 'issue', '--user', 'ADA@example.com');
    assert.match(bare.license_key, /^[0-9A-Z]{5}(-[0-9A-Z]{5}){5}$/);
    assert.deepEqual(
      [bare.user_id, bare.expires_at, bare.max_activations, bare.entitlements],
      [anId(1), null, null, []],
    );
    const options = [
      '--product',
      'editor',
      '--days',
      '30',
      '--seats',
      '5',
      '--grace',
      '7',
      '--entitlement',
      'pdf',
      'sso',
    ];
    const full = await json('license', 'issue', '--user', 'ada@example.com', ...options);
    assert.deepEqual(
      [full.product, full.expires_at, full.max_activations, full.grace_days, full.entitlements],
      ['editor', '2026-01-31T00:00:00Z', 5, 7, ['pdf', 'sso']],
    );
  });

  it('shows a license by its key, however it is typed, or by its id, as a table or as JSON', async () => {
    const { run, json } = await aTerminal();
    const license = await json('license', 'issue', '--user', 'ada@example.com', '--product', 'editor');
    for (const name of [license.license_key, license.license_key.toLowerCase().replaceAll('-', ''), license.id]) {
      assert.deepEqual(await json('license', 'show', name), license);
    }
    const { out } = await run('license', 'show', license.license_key);
    for (const text of [license.license_key, license.id, 'editor', 'active', '0 of any number', 'never']) {
      assert.ok(out.includes(text), `${text} is not in ${out}`);
    }
  });

  it('changes the status and the term of a license, and exits with 3 where a rule forbids it', async () => {
    const { run, json } = await aTerminal();
    const { license_key: key } = await json('license', 'issue', '--user', 'ada@example.com', '--days', '30');
    assert.equal((await json('license', 'suspend', key)).status, 'suspended');
    assert.deepEqual((await run('license', 'suspend', key)).exitCode, 3);
    assert.equal((await json('license', 'reinstate', key)).status, 'active');
    assert.equal((await json('license', 'renew', key, '--days', '10')).expires_at, '2026-02-10T00:00:00Z');
    assert.equal((await json('license', 'renew', key, '--until', '2027-01-31')).expires_at, '2027-01-31T00:00:00Z');
    assert.equal(
      (await json('license', 'renew', key, '--until', '2027-02-01T12:30:00Z')).expires_at,
      '2027-02-01T12:30:00Z',
    );
    assert.equal((await json('license', 'revoke', key, '--yes')).status, 'revoked');
    assert.match(
      (await run('license', 'show', key)).out,
      /│ ends +│ revoked +│/,
      'it does not run to the end of its term',
    );
    const { exitCode, out, err } = await run('license', 'renew', key, '--days', '1');
    assert.deepEqual([exitCode, out, err], [3, '', 'A revoked license cannot be renewed.\n']);
  });

  it('distinguishes a typing error, an unknown key and an unknown address', async () => {
    const { run } = await aTerminal();
    assert.equal((await run('license', 'show', 'ABC')).exitCode, 2);
    assert.equal((await run('license', 'show', '00000-00000-00000-00000-00000-00000')).exitCode, 4);
    assert.equal((await run('license', 'show', anId(9))).exitCode, 4);
    const unknown = await run('license', 'issue', '--user', 'eve@example.com');
    assert.deepEqual([unknown.exitCode, unknown.err], [4, 'No user has the address eve@example.com.\n']);
  });

  it('refuses a command line that means nothing', async () => {
    const { run } = await aTerminal();
    const wrong = [
      ['license', 'issue'],
      ['license', 'issue', '--user', 'ada@example.com', '--days', 'many'],
      ['license', 'show'],
      ['license', 'renew', 'KEY', '--days', '1', '--until', '2027-01-31'],
      ['license', 'verify', 'file'],
      ['license', 'lose', 'KEY'],
    ];
    for (const argv of wrong) assert.equal((await run(...argv)).exitCode, 2, argv.join(' '));
  });

  it('shows no control characters', async () => {
    const { run, stores } = await aTerminal();
    // As an earlier version stored it.
    const stored = License.fromSnapshot({ ...aLicense().toSnapshot(), product: Product.fromStore('a\u202eb') });
    await stores.arrange(({ licenses }) => licenses.save(stored));
    const { out } = await run('license', 'show', stored.id);
    assert.ok(out.includes('a\\u202eb'), out);
  });
});

describe('guildhall license verify', () => {
  const signed: SignedLicenseFile = {
    claims: {
      issuer: 'acme',
      licenseId: anId(0x3001),
      audience: 'editor',
      issuedAt: NEW_YEAR,
      validFrom: NEW_YEAR,
      validUntil: Instant.plusMs(NEW_YEAR, 86_400_000),
      userId: anId(1),
      product: 'editor',
      fingerprint: 'm1',
      entitlements: ['pdf'],
      licenseExpiresAt: null,
    },
    payload: { iss: 'acme', sub: anId(0x3001), license_expires_at: null },
  };

  it('passes on what to check, and shows its claims', async () => {
    const checks: LicenseFileCheck[] = [];
    const { run } = await aTerminal(async (check) => {
      checks.push(check);
      return signed;
    });
    const options = ['--jwks', 'keys.json', '--fingerprint', 'm1', '--product', 'editor'];
    const { exitCode, out } = await run('license', 'verify', 'app.lic', ...options);
    assert.deepEqual(checks, [{ file: 'app.lic', keys: 'keys.json', fingerprint: 'm1', product: 'editor' }]);
    assert.equal(exitCode, 0);
    assert.match(out, /^The license file is valid\.\n/);
    for (const text of ['editor', 'm1', 'pdf', '2026-01-02T00:00:00Z']) assert.ok(out.includes(text), text);
  });

  it('prints the claims for scripts', async () => {
    const { json } = await aTerminal(async () => signed);
    assert.deepEqual(await json('license', 'verify', 'app.lic', '--jwks', 'keys.json'), signed.payload);
  });

  it('exits with 3 and states the reason where the file proves nothing', async () => {
    const { run } = await aTerminal(() =>
      Promise.reject(new DomainError('license-file.refused', ['The license file has expired.', 'And more.'])),
    );
    const { exitCode, out, err } = await run('license', 'verify', 'app.lic', '--jwks', 'keys.json');
    assert.deepEqual([exitCode, out, err], [3, '', 'The license file has expired.\nAnd more.\n']);
  });
});

describe('guildhall keys rotate', () => {
  it('creates the first key, and publishes the next one before it signs', async () => {
    const { run, json } = await aTerminal();
    const first = await json('keys', 'rotate');
    assert.deepEqual([first.signs_from, first.retired], ['2026-01-01T00:00:00Z', null]);
    const second = await json('keys', 'rotate');
    assert.equal(second.signs_from, '2026-01-01T00:06:00Z');
    assert.notEqual(second.kid, first.kid);
    assert.deepEqual(second.retired, { kid: first.kid, shown_until: '2026-01-01T01:06:00Z' });
    const { out } = await run('keys', 'rotate');
    assert.ok(out.includes(`${second.kid} is published and signs license files from 2026-01-01T00:06:00Z.`), out);
  });
});
