import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}/${path}`, 'utf8');

const CRYPTO =
  /from '(node:crypto|jose|otpauth|oauth-1\.0a|argon2|@node-rs\/argon2)'|import\('(jose|argon2|@node-rs\/argon2)'\)/;
const production = globSync(['{src,migrations}/**/*.ts'], { cwd: ROOT, exclude: ['**/*.test.ts'] }).map((path) => ({
  path,
  text: read(path),
}));
const cryptographic = production.filter(({ text }) => CRYPTO.test(text));

/** Rows of the inventory of docs/security.md: what is used, and the files and folders that use it. */
const inventory = (read('docs/security.md').split('\n## Cryptography\n')[1]?.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => {
    const [, algorithm = '', , where = ''] = line.split('|').map((cell) => cell.trim());
    return { algorithm, places: [...where.matchAll(/\]\(\.\.\/([^)]*)\)/g)].map(([, place = '']) => place) };
  })
  .map((row, index, rows) => ({
    ...row,
    places:
      row.places.length > 0
        ? row.places
        : (rows.slice(0, index).findLast(({ places }) => places.length > 0)?.places ?? []),
  }));

/** How the code names an algorithm. The first name that the inventory contains is that of the row. */
const NAMES: readonly [algorithm: string, pattern: RegExp][] = [
  ['argon2id', /'@node-rs\/argon2'/],
  ['Ed25519', /generateKeyPairSync\('ed25519'\)/],
  ['AES-256-GCM', /'aes-256-gcm'/],
  ['HKDF-SHA-256', /hkdfSync\('sha256'/],
  ['SHA-256', /\b(createHash|hash)\('sha256'/],
  ['HMAC-SHA-256', /createHmac\('sha256'/],
  ['HMAC-SHA-1', /createHmac\('sha1'|new TOTP\(/],
  ['SHA-1', /\b(createHash|hash)\('sha1'/],
  ['random generator', /\b(randomBytes|randomInt|randomUUID|randomFillSync)\(/],
];

const isIn = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`);

describe('cryptography', () => {
  it('ASVS 11.1.2: has an inventory of what is used, and where', () => {
    assert.ok(cryptographic.length >= 15, 'these checks find the code');
    for (const { path, text } of cryptographic) {
      const rows = inventory.filter(({ places }) => places.some((place) => isIn(path, place)));
      assert.ok(rows.length > 0, `${path} is not in the inventory`);
      for (const [algorithm, pattern] of NAMES) {
        if (algorithm === 'random generator' || !pattern.test(text)) continue;
        const isListed = rows.some((row) => row.algorithm.startsWith(algorithm));
        assert.ok(isListed, `${path} uses ${algorithm}, which the inventory does not list for it`);
      }
    }
    const hashes = production.flatMap(({ text }) =>
      [...text.matchAll(/\b(?:createHash|hash|createHmac|hkdfSync)\('([\w-]+)'/g)].map(([, name]) => name),
    );
    assert.deepEqual(new Set(hashes), new Set(['sha1', 'sha256']));
    for (const { algorithm, places } of inventory) {
      assert.ok(places.length > 0, algorithm);
      const [, pattern] = NAMES.find(([name]) => algorithm.startsWith(name)) ?? assert.fail(`unknown: ${algorithm}`);
      for (const place of places) {
        const isUsed = cryptographic.some(({ path, text }) => isIn(path, place) && pattern.test(text));
        assert.ok(isUsed, `${place} does not use ${algorithm}`);
      }
    }
  });

  it('ASVS 11.2.1: comes from node:crypto and the libraries that the inventory names', () => {
    const known = ['@node-rs/argon2', 'argon2', 'jose', 'oauth-1.0a', 'otpauth'];
    const isCryptographic =
      /crypt|argon|pbkdf|scrypt|hash|cipher|tweetnacl|noble|forge|elliptic|^jose$|^jsonwebtoken|otp|oauth|sodium|^uuid$/;
    const installed = Object.keys(JSON.parse(read('package.json')).dependencies as object);
    // uuid reads and checks ids; their random bits are of node:crypto.
    assert.deepEqual(installed.filter((name) => isCryptographic.test(name) && name !== 'uuid').sort(), known);
    const page = read('docs/security.md').split('\n## Cryptography\n')[1] ?? '';
    for (const name of known) assert.ok(page.split('| algorithm')[0]?.includes(`\`${name}\``), name);
    const webCrypto = production.filter(({ text }) =>
      /\bcrypto\s*\.\s*(subtle|getRandomValues)\b|\bglobalThis\.crypto\b/.test(text),
    );
    assert.deepEqual(
      webCrypto.map(({ path }) => path),
      [],
    );
  });

  it('ASVS 11.3.1 and 11.3.2: encrypts with AES-256-GCM only, and never with RSA', () => {
    const ciphers = production.flatMap(({ path, text }) =>
      [
        ...text.matchAll(
          /['"`](aes|des|des3|rc2|rc4|bf|chacha20|camellia|aria|sm4)-?(\d+|ede|cbc|ecb|poly)[\w-]*['"`]/gi,
        ),
      ].map(([name]) => [path, name]),
    );
    assert.deepEqual(ciphers, [['src/adapters/driven/encryption/derived-key.ts', "'aes-256-gcm'"]]);
    const callers = (pattern: RegExp) => production.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
    assert.deepEqual(callers(/\bcreate(Dec|C)ipher/), ['src/adapters/driven/encryption/derived-key.ts']);
    assert.deepEqual(callers(/\b(public|private)(En|De)crypt\b|RSA_PKCS1|EncryptJWT|CompactEncrypt/), []);
  });

  it('ASVS 11.2.4: compares no secret by parts: hashes are looked up, and the rest is timingSafeEqual', () => {
    const compares =
      /\.reveal\(\)\s*[!=]==|[!=]==\s*[\w.?#]+\.reveal\(\)|\b\w*(mac|digest|signature|token|secret)\s*[!=]==\s*(?!undefined|null|true|'')[\w.]/i;
    for (const sample of ['token.reveal() === key', 'key !== this.#token.reveal()', 'mac === expected']) {
      assert.match(sample, compares);
    }
    const found = production.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (compares.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
    );
    assert.deepEqual(found, []);
    const safe = production.filter(({ text }) => text.includes('timingSafeEqual(')).map(({ path }) => path);
    assert.deepEqual(safe.sort(), [
      'src/adapters/driven/argon2/argon2-password-hasher.ts',
      'src/adapters/driving/pages/common/form-tokens.ts',
    ]);
  });
});
