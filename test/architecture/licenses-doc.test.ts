import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LICENSE_FILE_TYPE } from '../../src/adapters/driven/license-files/jose-license-file-signer.ts';
import { SystemClock } from '../../src/adapters/driven/system/system-clock.ts';
import { SETTINGS } from '../../src/composition/config/settings.ts';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { isValid, VALIDATION_DETAILS, type ValidationCode } from '../../src/domain/license/license-validation.ts';
import { startLicenseApp } from '../http/license-app.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/licenses.md'), 'utf8');

/** First cell of each row of the table with this head, and the rest of the row. */
const tableWith = (head: string): [first: string, rest: string][] => {
  const rows = page.split(`\n${head}`)[1]?.split('\n\n')[0]?.split('\n').slice(2) ?? [];
  return rows.map((row) => {
    const [, first = '', rest = ''] = /^\| (.*?) \| (.*) \|$/.exec(row) ?? [];
    return [first.replaceAll('`', ''), rest];
  });
};

type Check = (file: string, jwks: unknown, here: { product: string; fingerprint: string }) => Promise<unknown>;

/** The example for Node, as printed on the page. */
const example = async (): Promise<Check> => {
  const code = /```js\n(.*?)```/s.exec(page)?.[1] ?? assert.fail('There is no example for Node');
  const folder = join(ROOT, 'build', `licenses-doc-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, 'example.mjs'), code);
    return (await import(join(folder, 'example.mjs'))).checkLicenseFile;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

describe('docs/licenses.md', () => {
  it('explains every code, in the order of evaluation, and marks the valid ones', () => {
    const codes = tableWith('| code | means |');
    assert.deepEqual(
      codes.map(([code]) => code),
      Object.keys(VALIDATION_DETAILS),
    );
    for (const [code, rest] of codes) {
      assert.equal(rest.includes('**valid: true**'), isValid(code as ValidationCode), code);
    }
  });

  it('explains every claim of a license file, and names its type', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue();
    const file: string = (await app.checkOut(license)).json().license_file;
    const claims = Object.keys(JSON.parse(Buffer.from(String(file.split('.')[1]), 'base64url').toString()));
    const explained = tableWith('| claim | what it is |').flatMap(([names]) => names.split(', '));
    assert.deepEqual(explained.sort(), claims.sort());
    assert.ok(page.includes(`\`typ\` is \`${LICENSE_FILE_TYPE}\``));
  });

  it('states the limits as they are', () => {
    assert.equal(SETTINGS.VALIDATE_LIMIT.default, '600');
    assert.ok(page.includes('above 600 validations per minute (`VALIDATE_LIMIT`)'));
    assert.deepEqual([SETTINGS.LICENSE_FILE_TTL.default, SETTINGS.LICENSE_FILE_MAX_TTL.default], ['7d', '30d']);
    assert.match(page, /default: one week; at most 30 days,\s`LICENSE_FILE_MAX_TTL`/);
    assert.ok(page.includes(`\`${SETTINGS.LICENSE_ISSUER.default}\` by default`));
  });

  it('has an example for Node that accepts a valid file only', async () => {
    await using app = await startLicenseApp({}, (container) =>
      container.register(Ports.clock, { useValue: new SystemClock() }),
    );
    const license = await app.issue({ product: 'editor' });
    await app.activate(license, 'm1');
    const file: string = (await app.checkOut(license, { fingerprint: 'm1' })).json().license_file;
    const jwks = (await app.call('GET', '/.well-known/jwks.json')).json();
    const check = await example();
    const here = { product: 'editor', fingerprint: 'm1' };
    assert.ok(await check(file, jwks, here));
    await assert.rejects(check(file, jwks, { ...here, product: 'viewer' }));
    await assert.rejects(check(file, jwks, { ...here, fingerprint: 'm2' }));
    await assert.rejects(check(file, { keys: [] }, here));
    await assert.rejects(check(`${file.slice(0, -4)}AAAA`, jwks, here));
  });
});
