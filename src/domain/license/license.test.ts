import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aKey, aLicense } from '../../../test/builders/license-builder.ts';
import { DomainError, type DomainErrorCode } from '../shared/domain-error.ts';
import { DAY_MS, Instant } from '../shared/instant.ts';
import { License } from './license.ts';
import type { StoredStatus } from './license-snapshot.ts';
import { LicenseTerms } from './license-terms.ts';

const inDays = (days: number): Instant => Instant.plusMs(NEW_YEAR, days * DAY_MS);
const written = (at: Instant): string => Instant.format(at);
const in30Days = { expiresAt: written(inDays(30)) };

const codeOf = (act: () => unknown): DomainErrorCode | 'done' => {
  try {
    act();
    return 'done';
  } catch (error) {
    assert.ok(error instanceof DomainError, String(error));
    return error.code;
  }
};

describe('License', () => {
  it('begins at once, without an end and without a limit of activations, by default', () => {
    assert.deepEqual(aLicense().toSnapshot(), {
      id: anId(0x3001),
      key: aKey(),
      userId: anId(1),
      product: null,
      status: 'active',
      issuedAt: NEW_YEAR,
      startsAt: NEW_YEAR,
      expiresAt: null,
      graceDays: 0,
      maxActivations: null,
      activations: 0,
      entitlements: [],
      metadata: {},
      lastValidatedAt: null,
      ownerBanned: false,
      version: 0,
    });
  });

  it('is issued with all terms as they were agreed, in whole seconds', () => {
    const terms = {
      product: 'editor',
      startsAt: '2026-02-01T00:00:00Z',
      expiresAt: '2027-02-01T00:00:00Z',
      graceDays: 14,
      maxActivations: 5,
      entitlements: ['pdf', 'sso'],
      metadata: { order: 4711 },
    };
    const { issuedAt, ...snapshot } = aLicense({ ...terms, at: Instant.plusMs(NEW_YEAR, 999) }).toSnapshot();
    assert.equal(issuedAt, NEW_YEAR);
    assert.equal(snapshot.startsAt, '2026-02-01T00:00:00.000Z');
    assert.equal(snapshot.expiresAt, '2027-02-01T00:00:00.000Z');
    assert.deepEqual(
      [snapshot.product, snapshot.graceDays, snapshot.maxActivations, snapshot.entitlements, snapshot.metadata],
      ['editor', 14, 5, ['pdf', 'sso'], { order: 4711 }],
    );
  });

  const MOVES: Record<string, (license: License) => License> = {
    suspend: (license) => license.suspend(),
    reinstate: (license) => license.reinstate(),
    revoke: (license) => license.revoke(),
    renew: (license) => license.renew({ days: 1 }, NEW_YEAR),
  };
  const ALLOWED: Record<StoredStatus, Record<string, StoredStatus | 'license.state'>> = {
    active: { suspend: 'suspended', reinstate: 'license.state', revoke: 'revoked', renew: 'active' },
    suspended: { suspend: 'license.state', reinstate: 'active', revoke: 'revoked', renew: 'suspended' },
    revoked: {
      suspend: 'license.state',
      reinstate: 'license.state',
      revoke: 'license.state',
      renew: 'license.state',
    },
  };
  for (const [status, moves] of Object.entries(ALLOWED)) {
    for (const [move, expected] of Object.entries(moves)) {
      it(`${status}: ${move} leads to ${expected}`, () => {
        const license = aLicense({ status: status as StoredStatus, ...in30Days });
        const act = () => MOVES[move]?.(license) as License;
        if (expected === 'license.state') assert.equal(codeOf(act), 'license.state');
        else assert.equal(act().toSnapshot().status, expected);
        assert.equal(license.toSnapshot().status, status, 'and leaves the one before as it was');
      });
    }
  }

  it('is suspended, reinstated and revoked at any time', () => {
    const expired = aLicense({ expiresAt: '2020-01-01T00:00:00Z' });
    assert.equal(expired.suspend().reinstate().revoke().toSnapshot().status, 'revoked');
  });

  it('is renewed by days from its end while it runs, and from now once it is over', () => {
    const license = aLicense(in30Days);
    assert.equal(license.renew({ days: 10 }, inDays(5)).toSnapshot().expiresAt, inDays(40));
    assert.equal(license.renew({ days: 10 }, inDays(30)).toSnapshot().expiresAt, inDays(40));
    assert.equal(license.renew({ days: 10 }, inDays(100)).toSnapshot().expiresAt, inDays(110));
  });

  it('is renewed to a moment after now and after its end, and to no other', () => {
    const license = aLicense(in30Days);
    const to = (days: number, now = NEW_YEAR) => codeOf(() => license.renew({ expiresAt: written(inDays(days)) }, now));
    assert.equal(to(31), 'done');
    assert.equal(to(30), 'license.invalid');
    assert.equal(to(29), 'license.invalid');
    assert.equal(to(31, inDays(31)), 'license.invalid');
    assert.equal(to(32, inDays(31)), 'done');
  });

  it('is renewed from the end that was read, or not at all', () => {
    const license = aLicense(in30Days);
    const from = (presentEnd: string) => codeOf(() => license.renew({ days: 10, presentEnd }, NEW_YEAR));
    assert.equal(from(inDays(30)), 'done');
    assert.equal(from(inDays(20)), 'request.precondition-failed');
    assert.equal(from(''), 'request.precondition-failed');
  });

  it('is renewed by a moment or by days, and by nothing else', () => {
    const license = aLicense(in30Days);
    const renew = (renewal: Parameters<License['renew']>[0]) => codeOf(() => license.renew(renewal, NEW_YEAR));
    assert.equal(renew({}), 'license.invalid');
    assert.equal(renew({ days: 1, expiresAt: '2030-01-01T00:00:00Z' }), 'license.invalid');
    for (const days of [0, -1, 1.5, 36_501, Number.NaN]) assert.equal(renew({ days }), 'license.invalid', String(days));
    assert.equal(renew({ days: 36_500 }), 'done');
    assert.equal(renew({ expiresAt: '2030-02-30T00:00:00Z' }), 'license.invalid');
    assert.throws(() => license.renew({ days: 0, expiresAt: '2020-01-01T00:00:00Z' }, NEW_YEAR), {
      message:
        'Say either expiresAt or days. expiresAt must be after now and after the present end. days must be a whole number from 1 to 36500.',
    });
  });

  it('is not renewed and takes no further seat while the owner is banned', () => {
    const license = aLicense({ days: 30, ownerBanned: true });
    assert.equal(
      codeOf(() => license.renew({ days: 1 }, NEW_YEAR)),
      'user.state',
    );
    assert.equal(
      codeOf(() => license.takeSeat(NEW_YEAR)),
      'license.state',
    );
    for (const change of [license.suspend(), license.suspend().reinstate(), license.revoke()]) {
      assert.equal(change.toSnapshot().ownerBanned, true);
    }
  });

  it('needs no renewal without an end', () => {
    assert.equal(
      codeOf(() => aLicense().renew({ days: 1 }, NEW_YEAR)),
      'license.state',
    );
  });

  it('is never renewed beyond what a calendar of four digits can say', () => {
    const license = aLicense({ expiresAt: '9998-12-31T23:59:59Z' });
    assert.equal(
      codeOf(() => license.renew({ days: 1 }, NEW_YEAR)),
      'license.invalid',
    );
  });

  it('changes the terms it is instructed to, and no others', () => {
    const license = aLicense({ product: 'editor', maxActivations: 5, ...in30Days });
    const before = license.toSnapshot();
    const changed = (change: Parameters<typeof LicenseTerms.parseChange>[0]) =>
      license.updateTerms(LicenseTerms.parseChange(change), NEW_YEAR).toSnapshot();
    assert.deepEqual(changed({ maxActivations: null }), { ...before, maxActivations: null });
    assert.deepEqual(changed({ expiresAt: null }), { ...before, expiresAt: null });
    assert.deepEqual(changed({ expiresAt: '2020-01-01T00:00:00Z' }).expiresAt, '2020-01-01T00:00:00.000Z');
    assert.deepEqual(changed({ graceDays: 3, entitlements: ['pdf'], metadata: { a: 1 } }), {
      ...before,
      graceDays: 3,
      entitlements: ['pdf'],
      metadata: { a: 1 },
    });
    assert.deepEqual(changed({}), before);
  });

  it('begins at another time only while it is scheduled, and before its end', () => {
    const scheduled = aLicense({ startsAt: written(inDays(10)), ...in30Days });
    const begin = (license: License, days: number, at: number) =>
      license.updateTerms(LicenseTerms.parseChange({ startsAt: written(inDays(days)) }), inDays(at));
    assert.equal(begin(scheduled, 20, 9).toSnapshot().startsAt, inDays(20));
    assert.equal(begin(scheduled, 0, 9).statusAt(inDays(9)), 'active');
    assert.equal(
      codeOf(() => begin(scheduled, 20, 10)),
      'license.state',
    );
    assert.equal(
      codeOf(() => begin(scheduled.suspend(), 20, 9)),
      'license.state',
    );
    assert.equal(
      codeOf(() => begin(scheduled.revoke(), 20, 9)),
      'license.state',
    );
    assert.equal(
      codeOf(() => begin(scheduled, 29, 9)),
      'done',
    );
    assert.equal(
      codeOf(() => begin(scheduled, 30, 9)),
      'license.invalid',
    );
    const product = LicenseTerms.parseChange({ product: 'viewer' });
    assert.equal(scheduled.revoke().updateTerms(product, inDays(40)).toSnapshot().product, 'viewer');
  });

  it('gives seats up to its limit, takes them back, and gives them again', () => {
    const full = aLicense({ maxActivations: 2 }).takeSeat(NEW_YEAR).takeSeat(NEW_YEAR);
    assert.equal(
      codeOf(() => full.takeSeat(NEW_YEAR)),
      'license.activation-limit',
    );
    assert.equal(full.freeSeat().takeSeat(NEW_YEAR).toSnapshot().activations, 2);
  });

  it('gives any number of seats without a limit', () => {
    let license = aLicense();
    for (let nth = 0; nth < 100; nth += 1) license = license.takeSeat(NEW_YEAR);
    assert.equal(license.toSnapshot().activations, 100);
  });

  it('gives seats only while it is in force: in its term and in grace', () => {
    const startsAt = written(inDays(10));
    const license = aLicense({ startsAt, expiresAt: written(inDays(20)), graceDays: 5 });
    const at = (days: number, ms = 0) => codeOf(() => license.takeSeat(Instant.plusMs(inDays(days), ms)));
    assert.deepEqual([at(10, -1), at(10)], ['license.state', 'done']);
    assert.deepEqual([at(20, -1), at(20)], ['done', 'done']);
    assert.deepEqual([at(25, -1), at(25)], ['done', 'license.state']);
    for (const status of ['suspended', 'revoked'] as const) {
      assert.equal(
        codeOf(() => aLicense({ status }).takeSeat(NEW_YEAR)),
        'license.state',
      );
    }
  });

  it('takes a seat back in every state', () => {
    for (const status of ['active', 'suspended', 'revoked'] as const) {
      assert.equal(aLicense({ status, activations: 1 }).freeSeat().toSnapshot().activations, 0);
    }
  });

  it('ASVS 11.2.5: is not read back with fewer than no activations', () => {
    assert.throws(() => aLicense().freeSeat(), { name: 'BrokenInvariant' });
    assert.throws(() => License.fromSnapshot({ ...aLicense().toSnapshot(), activations: -1 }), {
      name: 'BrokenInvariant',
    });
  });
});
