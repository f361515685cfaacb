import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aLicense } from '../../../test/builders/license-builder.ts';
import { DAY_MS, Instant } from '../shared/instant.ts';
import { statusAt } from './license-status.ts';
import type { LicenseFacts } from './license-validation.ts';
import {
  isValid,
  VALIDATION_DETAILS,
  type ValidationCode,
  type ValidationRequirements,
  type ValidationSubject,
  validate,
} from './license-validation.ts';

const inDays = (days: number, ms = 0): Instant => Instant.plusMs(NEW_YEAR, days * DAY_MS + ms);

const VALID_LICENSE: LicenseFacts = {
  ...aLicense().toSnapshot(),
  product: 'editor' as LicenseFacts['product'],
  entitlements: ['pdf'],
  maxActivations: 2,
  activations: 1,
};

/** A question, and what there is to answer it. */
type Situation = {
  subject: 'malformed' | 'unknown' | undefined;
  license: LicenseFacts;
  isActivated: boolean;
} & ValidationRequirements;

const ALL_WELL: Situation = { subject: undefined, license: VALID_LICENSE, isActivated: true, fingerprint: 'm1' };

const answerTo = ({ subject, license, isActivated, ...requirements }: Situation, at = NEW_YEAR): ValidationCode =>
  validate((subject ?? { license, isActivated }) satisfies ValidationSubject, requirements, at);

const withFacts =
  (facts: Partial<LicenseFacts>) =>
  (situation: Situation): Situation => ({
    ...situation,
    license: { ...situation.license, ...facts },
  });

/** What makes each code apply. */
const CAUSES: Record<ValidationCode, (situation: Situation) => Situation> = {
  MALFORMED_KEY: (situation) => ({ ...situation, subject: 'malformed' }),
  NOT_FOUND: (situation) => ({ ...situation, subject: situation.subject ?? 'unknown' }),
  REVOKED: withFacts({ status: 'revoked' }),
  BANNED: withFacts({ ownerBanned: true }),
  SUSPENDED: withFacts({ status: 'suspended' }),
  PRODUCT_MISMATCH: (situation) => ({ ...situation, product: 'another' }),
  NOT_YET_EFFECTIVE: withFacts({ startsAt: inDays(1) }),
  EXPIRED: withFacts({ expiresAt: inDays(-1), graceDays: 0 }),
  ENTITLEMENT_MISSING: (situation) => ({ ...situation, entitlements: ['pdf', 'sso'] }),
  FINGERPRINT_REQUIRED: ({ fingerprint: _, ...situation }) => situation,
  NOT_ACTIVATED: (situation) => ({ ...situation, isActivated: false }),
  TOO_MANY_ACTIVATIONS: withFacts({ activations: 3 }),
  IN_GRACE: withFacts({ expiresAt: inDays(-1), graceDays: 2 }),
  VALID: (situation) => situation,
};

const ORDER = Object.keys(VALIDATION_DETAILS) as ValidationCode[];

describe('validate', () => {
  it('lists the codes in the order that clients rely on', () => {
    assert.deepEqual(ORDER, [
      'MALFORMED_KEY',
      'NOT_FOUND',
      'REVOKED',
      'BANNED',
      'SUSPENDED',
      'PRODUCT_MISMATCH',
      'NOT_YET_EFFECTIVE',
      'EXPIRED',
      'ENTITLEMENT_MISSING',
      'FINGERPRINT_REQUIRED',
      'NOT_ACTIVATED',
      'TOO_MANY_ACTIVATIONS',
      'IN_GRACE',
      'VALID',
    ]);
  });

  for (const code of ORDER) {
    it(`answers ${code} where nothing else applies`, () => assert.equal(answerTo(CAUSES[code](ALL_WELL)), code));
  }

  /** One license has one status and one term, and one question has a fingerprint or has none. */
  const NEVER_TOGETHER = new Set(['REVOKED SUSPENDED', 'EXPIRED IN_GRACE']);
  for (const [position, code] of ORDER.entries()) {
    for (const later of ORDER.slice(position + 1)) {
      if (NEVER_TOGETHER.has(`${code} ${later}`)) continue;
      const isNeighbor = later === ORDER[position + 1];
      it(`answers ${code} before ${later}${isNeighbor ? ', its neighbor' : ''}`, () => {
        // The later cause first, so that the earlier one has the last word where both touch the same fact.
        const both = CAUSES[code](CAUSES[later](ALL_WELL));
        assert.equal(answerTo(both), code);
        assert.ok(later === 'VALID' || answerTo(CAUSES[later](ALL_WELL)) === later);
      });
    }
  }

  it('is valid for VALID and IN_GRACE alone', () => {
    assert.deepEqual(ORDER.filter(isValid), ['IN_GRACE', 'VALID']);
  });

  it('stands on the right side of each edge of a term: half-open throughout', () => {
    const facts = { startsAt: inDays(10), expiresAt: inDays(20), graceDays: 5 };
    const situation = withFacts(facts)(ALL_WELL);
    const at = (days: number, ms: number) => answerTo(situation, inDays(days, ms));
    assert.deepEqual([at(10, -1), at(10, 0)], ['NOT_YET_EFFECTIVE', 'VALID']);
    assert.deepEqual([at(20, -1), at(20, 0)], ['VALID', 'IN_GRACE']);
    assert.deepEqual([at(25, -1), at(25, 0)], ['IN_GRACE', 'EXPIRED']);
    const withoutGrace = { ...situation, license: { ...situation.license, graceDays: 0 } };
    assert.deepEqual(
      [answerTo(withoutGrace, inDays(20, -1)), answerTo(withoutGrace, inDays(20))],
      ['VALID', 'EXPIRED'],
    );
  });

  it('never ends without an end', () => {
    assert.equal(answerTo(ALL_WELL, Instant.parse('9999-12-31T23:59:59.999Z')), 'VALID');
  });

  it('does not check the product, the entitlements or a machine that are not required', () => {
    const { fingerprint: _, ...nothingAsked } = withFacts({ maxActivations: null })(ALL_WELL);
    assert.equal(answerTo({ ...nothingAsked, isActivated: false }), 'VALID');
  });

  it('takes a license without a product for none of those that ask by name', () => {
    const situation = withFacts({ product: null })(ALL_WELL);
    assert.equal(answerTo({ ...situation, product: 'editor' }), 'PRODUCT_MISMATCH');
    assert.equal(answerTo(situation), 'VALID');
  });

  it('wants a machine that is requirements about activated, also where machines are not counted', () => {
    const uncounted = withFacts({ maxActivations: null })(ALL_WELL);
    assert.equal(answerTo({ ...uncounted, isActivated: false }), 'NOT_ACTIVATED');
    assert.equal(answerTo(uncounted), 'VALID');
  });

  it('allows as many activations as its limit, and not one more', () => {
    assert.equal(answerTo(withFacts({ activations: 2 })(ALL_WELL)), 'VALID');
    assert.equal(answerTo(withFacts({ activations: 3 })(ALL_WELL)), 'TOO_MANY_ACTIVATIONS');
  });
});

describe('statusAt', () => {
  it('follows the clock where the license is active, and nothing but the word where it is not', () => {
    const facts = { startsAt: inDays(10), expiresAt: inDays(20), graceDays: 5 };
    const at = (status: 'active' | 'suspended' | 'revoked') =>
      [9, 10, 20, 25].map((day) => statusAt({ ...VALID_LICENSE, ...facts, status }, inDays(day)));
    assert.deepEqual(at('active'), ['scheduled', 'active', 'in_grace', 'expired']);
    const behind = Instant.plusMs(VALID_LICENSE.issuedAt, -2_000);
    assert.equal(statusAt({ ...VALID_LICENSE, status: 'active' }, behind), 'active', 'on a clock that is behind');
    assert.deepEqual(new Set(at('suspended')), new Set(['suspended']));
    assert.deepEqual(new Set(at('revoked')), new Set(['revoked']));
  });
});
