import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import { LicenseTerms, type LicenseTermsInput } from './license-terms.ts';

const sentencesOf = (act: () => unknown): readonly string[] => {
  try {
    act();
    return [];
  } catch (error) {
    assert.ok(error instanceof DomainError && error.code === 'license.invalid', String(error));
    return error.messages;
  }
};

const faultsIn = (terms: LicenseTermsInput): readonly string[] =>
  sentencesOf(() => LicenseTerms.parse(terms, NEW_YEAR));

const nested = (levels: number): Record<string, unknown> => (levels === 1 ? {} : { a: nested(levels - 1) });
const codes = (count: number): string[] => Array.from({ length: count }, (_, nth) => `code-${nth}`);

describe('LicenseTerms', () => {
  it('take the largest and the smallest of everything', () => {
    const valid: LicenseTermsInput[] = [
      {},
      { product: null, expiresAt: null, maxActivations: null },
      { product: 'x' },
      { product: '𝒳'.repeat(100) },
      { startsAt: '1970-01-01T00:00:00Z' },
      { expiresAt: '9998-12-31T23:59:59Z', graceDays: 365 },
      { graceDays: 0 },
      { maxActivations: 1 },
      { maxActivations: 1_000_000 },
      { entitlements: codes(64) },
      { entitlements: ['A.b_c:d-9', 'x'.repeat(64)] },
      { metadata: { text: 'é'.repeat(8_186) } },
      { metadata: nested(32) },
      { metadata: { path: 'C:\\u0000', 'C:\\u0000': ['\\\\u0000'] } },
      { expiresAt: '2020-01-01T00:00:00Z' },
    ];
    for (const terms of valid) assert.deepEqual(faultsIn(terms), [], JSON.stringify(terms).slice(0, 100));
  });

  it('ASVS 2.3.2: refuse the next larger and the next smaller, naming the field', () => {
    const unsound: [field: string, LicenseTermsInput][] = [
      ['product', { product: '' }],
      ['product', { product: ' ' }],
      ['product', { product: 'two\nlines' }],
      ['product', { product: 'x'.repeat(101) }],
      ['product', { product: 'edi\u200btor' }],
      ['product', { product: 'edi\u202erot' }],
      ['startsAt', { startsAt: '1969-12-31T23:59:59Z' }],
      ['expiresAt', { expiresAt: '9999-01-01T00:00:00Z' }],
      ['expiresAt', { expiresAt: '2027-02-29T00:00:00Z' }],
      ['expiresAt', { expiresAt: 'tomorrow' }],
      ['expiresAt', { startsAt: '2026-01-01T00:00:00Z', expiresAt: '2026-01-01T00:00:00Z' }],
      ['graceDays', { graceDays: -1 }],
      ['graceDays', { graceDays: 366 }],
      ['graceDays', { graceDays: 0.5 }],
      ['maxActivations', { maxActivations: 0 }],
      ['maxActivations', { maxActivations: 1_000_001 }],
      ['entitlements', { entitlements: codes(65) }],
      ['entitlements', { entitlements: ['pdf', 'pdf'] }],
      ['entitlements', { entitlements: ['with space'] }],
      ['entitlements', { entitlements: [''] }],
      ['entitlements', { entitlements: ['x'.repeat(65)] }],
      ['metadata', { metadata: { text: 'é'.repeat(8_187) } }],
      ['metadata', { metadata: nested(33) }],
      ['metadata', { metadata: { text: 'nul\u0000' } }],
      ['metadata', { metadata: { list: [1, null, { deep: '\\\u0000' }] } }],
      ['metadata', { metadata: { 'nul\u0000': true } }],
    ];
    for (const [field, terms] of unsound) {
      const what = JSON.stringify(terms).slice(0, 100);
      assert.match(faultsIn(terms).join(' '), new RegExp(`^${field} must`), what);
    }
  });

  it('say that an entitlement begins with a letter or digit', () => {
    for (const code of ['-pdf', '.pdf', '_pdf', ':pdf']) {
      assert.deepEqual(faultsIn({ entitlements: [code] }), [
        'entitlements must be codes of 1 to 64 letters, digits, dots, colons, hyphens and underscores, and begin with a letter or digit.',
      ]);
    }
  });

  it('report all violated rules at once', () => {
    const faults = faultsIn({ product: '', graceDays: -1, maxActivations: 0, entitlements: ['', ''] });
    assert.deepEqual(
      faults.map((sentence) => sentence.split(' ', 1)[0]),
      ['product', 'graceDays', 'maxActivations', 'entitlements', 'entitlements'],
    );
  });

  it('report with them that the end is not after the beginning, or is stated twice', () => {
    const [startsAt, expiresAt] = ['2027-01-01T00:00:00Z', '2026-01-01T00:00:00Z'];
    const grace = 'graceDays must be a whole number from 0 to 365.';
    const order = 'expiresAt must be after startsAt.';
    const days = 'days must be a whole number from 1 to 36500.';
    const twice = 'Say either expiresAt or days.';
    assert.deepEqual(faultsIn({ graceDays: 999, startsAt, expiresAt }), [order, grace]);
    assert.deepEqual(faultsIn({ graceDays: 999, days: 0 }), [grace, days]);
    assert.deepEqual(faultsIn({ graceDays: 999, startsAt, expiresAt, days: 0 }), [order, grace, days, twice]);
    assert.deepEqual(faultsIn({ startsAt: 'tomorrow', days: 0 }).length, 2);
    assert.deepEqual(faultsIn({ startsAt: 'tomorrow', expiresAt: 'today' }).length, 2);
    assert.deepEqual(
      sentencesOf(() => LicenseTerms.parseChange({ graceDays: 999, startsAt, expiresAt })),
      [order, grace],
    );
    const present = { expiresAt: Instant.unformat(expiresAt) as Instant };
    assert.deepEqual(
      sentencesOf(() => LicenseTerms.parseChange({ graceDays: 999, startsAt }, present)),
      [order, grace],
      'also where the end stays',
    );
    assert.deepEqual(LicenseTerms.parseChange({ startsAt, expiresAt: null }, present).expiresAt, null);
  });

  it('survive metadata of thirty thousand brackets', () => {
    const deep = JSON.parse(`{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`);
    assert.match(faultsIn({ metadata: deep })[0] ?? '', /nested/);
  });

  it('count metadata in bytes of UTF-8', () => {
    const bytes = (text: string) => Buffer.byteLength(JSON.stringify({ text }));
    for (const character of ['a', 'é', '漢', '🐎']) {
      const most = Math.floor((16_384 - bytes('')) / Buffer.byteLength(character));
      assert.deepEqual(faultsIn({ metadata: { text: character.repeat(most) } }), [], character);
      assert.equal(faultsIn({ metadata: { text: character.repeat(most + 1) } }).length, 1, character);
    }
  });

  it('may state the end in days from the beginning', () => {
    const endOf = (terms: LicenseTermsInput) => LicenseTerms.parse(terms, NEW_YEAR).expiresAt;
    assert.equal(endOf({ days: 1 }), '2026-01-02T00:00:00.000Z');
    assert.equal(endOf({ days: 365, startsAt: '2026-02-01T00:00:00Z' }), '2027-02-01T00:00:00.000Z');
    for (const days of [0, -1, 0.5, 36_501]) assert.match(faultsIn({ days })[0] ?? '', /^days must/);
    assert.equal(faultsIn({ days: 1, expiresAt: '2027-01-01T00:00:00Z' }).length, 1);
    assert.equal(faultsIn({ days: 36_500, startsAt: '9998-01-01T00:00:00Z' }).length, 1);
  });

  it('of a change are only those that were written', () => {
    assert.deepEqual(LicenseTerms.parseChange({}), {});
    assert.deepEqual(LicenseTerms.parseChange({ expiresAt: null, maxActivations: undefined }), { expiresAt: null });
    assert.deepEqual(sentencesOf(() => LicenseTerms.parseChange({ graceDays: -1, maxActivations: 0 })).length, 2);
  });
});
