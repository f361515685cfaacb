import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aSecretHash, aToken } from '../../../test/builders/api-token-builder.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { Instant } from '../shared/instant.ts';
import { Email } from '../user/email.ts';
import type { ApiToken, TokenOwner } from './api-token.ts';
import { type Role, SCOPES } from './scope.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const after = (ms: number): Instant => Instant.plusMs(NEW_YEAR, ms);
const INVALID = { code: 'token.invalid' };
const secret = (n: number) => ({ tokenHash: aSecretHash(n), hint: `hnt${n}` });
const accepts = (token: ApiToken, n: number, at: Instant, ip = '192.0.2.7') =>
  token.accepts(aSecretHash(n), { at, ip });
const OWNER: TokenOwner = {
  email: Email.parse('ada@example.com'),
  role: 'admin',
  isBanned: false,
  isSample: false,
};

describe('ApiToken', () => {
  it('is issued for 90 days, for all products and networks', () => {
    const { products, networks, days, expiresAt, previous, lastUsedAt, version } = aToken().toSnapshot();
    assert.deepEqual([products, networks, previous, lastUsedAt, version], [[], [], null, null, 0]);
    assert.deepEqual([days, expiresAt], [90, after(90 * DAY_MS)]);
  });

  it('holds each scope, product and network once', () => {
    const { scopes, products, networks } = aToken({
      scopes: ['licenses:read', 'licenses:write', 'licenses:read'],
      products: ['editor', 'cafe\u0301', 'caf\u00e9'],
      networks: ['2001:DB8::/32', '2001:db8::/32', '10.0.0.0/8'],
    }).toSnapshot();
    assert.deepEqual(scopes, ['licenses:read', 'licenses:write']);
    assert.deepEqual(products, ['editor', 'caf\u00e9']);
    assert.deepEqual(networks, ['2001:db8::/32', '10.0.0.0/8']);
  });

  it('rejects values outside their bounds, and names every broken rule', () => {
    for (const name of ['', ' ', 'x'.repeat(101), 'two\nlines', 'zero\u200bwidth']) {
      assert.throws(() => aToken({ name }), INVALID, name);
    }
    assert.doesNotThrow(() => aToken({ name: '🐎'.repeat(100) }));
    for (const expiresInDays of [0, 401, 1.5, -1]) assert.throws(() => aToken({ expiresInDays }), INVALID);
    for (const expiresInDays of [1, 400]) assert.doesNotThrow(() => aToken({ expiresInDays }));
    const networks = Array.from({ length: 33 }, (_, n) => `10.0.${n}.0/24`);
    const products = Array.from({ length: 65 }, (_, n) => `product ${n}`);
    assert.throws(() => aToken({ networks }), INVALID);
    assert.throws(() => aToken({ products }), INVALID);
    assert.doesNotThrow(() => aToken({ networks: networks.slice(1), products: products.slice(1) }));
    assert.throws(() => aToken({ networks: ['10.0.0.0'] }), INVALID);
    assert.throws(
      () => aToken({ name: '', scopes: [], networks: ['x'], expiresInDays: 0 }),
      (error: { messages: readonly string[] }) => error.messages.length === 4,
    );
  });

  it('rejects scopes by which a program could get more', () => {
    const forbidden = ['staff:write', 'tokens:write', 'users:credentials', 'users:delete'];
    const withProducts = [...forbidden, 'audit:read', 'exports:read', 'users:ban', 'metrics:read'];
    for (const scope of SCOPES) {
      const issue = (products: string[]) => () => aToken({ scopes: [scope], products });
      if (forbidden.includes(scope)) assert.throws(issue([]), { ...INVALID, message: new RegExp(scope) });
      else assert.doesNotThrow(issue([]));
      if (withProducts.includes(scope)) assert.throws(issue(['editor']), { ...INVALID, message: new RegExp(scope) });
      else assert.doesNotThrow(issue(['editor']));
    }
  });

  it('accepts its secret until its end, from its networks', () => {
    const token = aToken({ expiresInDays: 1, networks: ['192.0.2.0/24', '2001:db8::/32'] });
    assert.equal(accepts(token, 1, NEW_YEAR), true);
    assert.equal(accepts(token, 2, NEW_YEAR), false);
    assert.equal(accepts(token, 1, after(DAY_MS - 1)), true);
    assert.equal(accepts(token, 1, after(DAY_MS)), false);
    assert.deepEqual([token.isLive(after(DAY_MS - 1)), token.isLive(after(DAY_MS))], [true, false]);
    assert.equal(accepts(token, 1, NEW_YEAR, '2001:db8::7'), true);
    for (const ip of ['192.0.3.1', '::1', 'unknown']) assert.equal(accepts(token, 1, NEW_YEAR, ip), false);
    assert.equal(accepts(aToken(), 1, NEW_YEAR, 'unknown'), true, 'without networks from anywhere');
  });

  it('changes its name and networks alone', () => {
    const token = aToken({ networks: ['10.0.0.0/8'] });
    const changed = token.change({ name: 'deployment', networks: [] });
    assert.deepEqual(changed.toSnapshot(), { ...token.toSnapshot(), name: 'deployment', networks: [] });
    assert.deepEqual(token.change({}).toSnapshot(), token.toSnapshot());
    assert.throws(() => token.change({ name: '' }), INVALID);
    assert.throws(() => token.change({ networks: ['x'] }), INVALID);
  });

  it('gets a new secret and its whole lifetime by a rotation; the old secret stays for the overlap', () => {
    const at = after(HOUR_MS);
    const token = aToken({ expiresInDays: 30, products: ['editor'], networks: ['192.0.2.0/24'] });
    const rotated = token.rotate(secret(2), { at });
    assert.deepEqual(rotated.toSnapshot(), {
      ...token.toSnapshot(),
      ...secret(2),
      expiresAt: after(HOUR_MS + 30 * DAY_MS),
      previous: { tokenHash: aSecretHash(1), validUntil: after(2 * HOUR_MS) },
    });
    assert.equal(accepts(rotated, 2, at), true);
    assert.equal(accepts(rotated, 1, after(2 * HOUR_MS - 1)), true);
    assert.equal(accepts(rotated, 1, after(2 * HOUR_MS)), false);
    assert.equal(accepts(rotated, 1, at, '10.0.0.1'), false);
  });

  it('ends the secret before last at the second rotation within the overlap', () => {
    const twice = aToken()
      .rotate(secret(2), { at: NEW_YEAR })
      .rotate(secret(3), { at: after(1) });
    assert.deepEqual(
      [1, 2, 3].map((n) => accepts(twice, n, after(1))),
      [false, true, true],
    );
  });

  it('ends the old secret at once without an overlap', () => {
    assert.equal(aToken().rotate(secret(2), { overlapS: 0, at: NEW_YEAR }).toSnapshot().previous, null);
  });

  it('never lengthens the life of an old secret', () => {
    const token = aToken({ expiresInDays: 1 });
    const rotated = token.rotate(secret(2), { overlapS: 604_800, at: after(DAY_MS - 5) });
    assert.equal(rotated.toSnapshot().previous?.validUntil, after(DAY_MS));
    assert.equal(accepts(rotated, 1, after(DAY_MS)), false);
    assert.equal(token.rotate(secret(2), { at: after(DAY_MS) }).toSnapshot().previous, null);
  });

  it('rejects an overlap outside its bounds', () => {
    for (const overlapS of [-1, 604_801, 0.5]) {
      assert.throws(() => aToken().rotate(secret(2), { overlapS, at: NEW_YEAR }), INVALID);
    }
  });

  it('has the scopes that its owner has too, unless administration is open', () => {
    const token = aToken({ scopes: ['licenses:read', 'audit:read'] });
    const rules = { administrationIsOpen: false, refusesSamples: true };
    const scopesFor = (role: Role | null, administrationIsOpen = false) =>
      token.within({ ...OWNER, role }, { ...rules, administrationIsOpen }).scopes;
    assert.deepEqual(scopesFor('admin'), ['licenses:read', 'audit:read']);
    assert.deepEqual(scopesFor('support'), ['licenses:read']);
    assert.deepEqual(scopesFor(null), []);
    assert.deepEqual(scopesFor(null, true), ['licenses:read', 'audit:read']);
    assert.deepEqual(token.within(null, rules), { scopes: ['licenses:read', 'audit:read'] });
  });

  it('is blocked by a ban of its owner, and where its owner is a sample, if the service refuses samples', () => {
    const blockedBy = (owner: Partial<TokenOwner>, refusesSamples: boolean) =>
      aToken().within({ ...OWNER, ...owner }, { administrationIsOpen: true, refusesSamples }).blockedBy;
    assert.equal(blockedBy({}, true), undefined);
    assert.equal(blockedBy({ isBanned: true }, false), 'ban');
    assert.equal(blockedBy({ isBanned: true, isSample: true }, true), 'ban');
    assert.equal(blockedBy({ isSample: true }, true), 'sample');
    assert.equal(blockedBy({ isSample: true }, false), undefined);
  });
});
