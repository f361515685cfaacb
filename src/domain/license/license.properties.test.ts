import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aLicense } from '../../../test/builders/license-builder.ts';
import { DomainError } from '../shared/domain-error.ts';
import { DAY_MS, Instant } from '../shared/instant.ts';
import type { License } from './license.ts';
import { LicenseTerms } from './license-terms.ts';
import { VALIDATION_DETAILS, validate } from './license-validation.ts';

/** One operation on a license at one moment; an error leaves it unchanged. */
type Command = Readonly<{ name: string; at: Instant; run: (license: License) => License }>;

const aMoment = fc.integer({ min: -400, max: 800 }).map((days) => Instant.plusMs(NEW_YEAR, days * DAY_MS));
const aWrittenMoment = aMoment.map((at) => Instant.format(at));
const aLimit = fc.option(fc.integer({ min: 1, max: 4 }), { nil: null });

const command = <T>(name: string, input: fc.Arbitrary<T>, run: (license: License, input: T, at: Instant) => License) =>
  fc.tuple(input, aMoment).map(([value, at]): Command => ({ name, at, run: (license) => run(license, value, at) }));

const aCommand: fc.Arbitrary<Command> = fc.oneof(
  command('suspend', fc.constant(null), (license) => license.suspend()),
  command('reinstate', fc.constant(null), (license) => license.reinstate()),
  command('revoke', fc.constant(null), (license) => license.revoke()),
  command('renew by days', fc.integer({ min: -5, max: 40_000 }), (license, days, at) => license.renew({ days }, at)),
  command('renew to', aWrittenMoment, (license, expiresAt, at) => license.renew({ expiresAt }, at)),
  command('take', fc.constant(null), (license, _, at) => license.takeSeat(at)),
  command('free', fc.constant(null), (license) =>
    license.toSnapshot().activations > 0 ? license.freeSeat() : license,
  ),
  command('limit', aLimit, (license, maxActivations, at) =>
    license.updateTerms(LicenseTerms.parseChange({ maxActivations }), at),
  ),
  command('end', fc.option(aWrittenMoment, { nil: null }), (license, expiresAt, at) =>
    license.updateTerms(LicenseTerms.parseChange({ expiresAt }), at),
  ),
  command('begin', aWrittenMoment, (license, startsAt, at) =>
    license.updateTerms(LicenseTerms.parseChange({ startsAt }), at),
  ),
);

const anIssued = fc
  .record({
    maxActivations: aLimit,
    expiresAt: fc.option(aWrittenMoment, { nil: null }),
    graceDays: fc.integer({ min: 0, max: 30 }),
  })
  .map((terms) => aLicense(terms));

const after = (license: License, { run }: Command): License => {
  try {
    return run(license);
  } catch (error) {
    if (error instanceof DomainError) return license;
    throw error;
  }
};

const anyHistory = (check: (before: License, after: License, command: Command) => void): void =>
  fc.assert(
    fc.property(anIssued, fc.array(aCommand, { maxLength: 40 }), (issued, commands) => {
      let license = issued;
      for (const next of commands) {
        const then = after(license, next);
        check(license, then, next);
        license = then;
      }
    }),
    { numRuns: 1_000 },
  );

describe('Any history of a license', () => {
  it('ASVS 2.3.1: never leaves revoked', () => {
    anyHistory((before, then) => {
      if (before.toSnapshot().status === 'revoked') assert.equal(then.toSnapshot().status, 'revoked');
    });
  });

  it('ASVS 2.3.4: never gives a seat past the limit', () => {
    anyHistory((before, then) => {
      const [{ activations }, { activations: more, maxActivations }] = [before.toSnapshot(), then.toSnapshot()];
      if (more > activations) assert.ok(maxActivations === null || more <= maxActivations);
    });
  });

  it('never has fewer than no seats taken', () => {
    anyHistory((_, then) => assert.ok(then.toSnapshot().activations >= 0));
  });

  it('is never shortened by a renewal', () => {
    anyHistory((before, then, { name }) => {
      if (!name.startsWith('renew') || then === before) return;
      const [old, fresh] = [before.toSnapshot().expiresAt, then.toSnapshot().expiresAt];
      assert.ok(old !== null && fresh !== null && fresh > old, `${old} became ${fresh}`);
      assert.match(fresh, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    });
  });

  it('keeps its key, its id, its owner and its product, and its beginning unless that is changed', () => {
    const identity = (license: License) => {
      const { id, key, userId, product, issuedAt, startsAt } = license.toSnapshot();
      return { id, key, userId, product, issuedAt, startsAt };
    };
    anyHistory((before, then, { name }) => {
      const { startsAt } = name === 'begin' ? identity(then) : identity(before);
      assert.deepEqual(identity(then), { ...identity(before), startsAt });
    });
  });
});

describe('validate', () => {
  it('never throws, whatever is asked, and answers with one of its codes', () => {
    fc.assert(
      fc.property(
        anIssued,
        fc.array(aCommand, { maxLength: 10 }),
        fc.record(
          { product: fc.string(), entitlements: fc.array(fc.string()), fingerprint: fc.string() },
          { requiredKeys: [] },
        ),
        fc.oneof(fc.constantFrom('malformed' as const, 'unknown' as const), fc.boolean()),
        aMoment,
        (issued, commands, asked, subject, at) => {
          const license = commands.reduce(after, issued).toSnapshot();
          const found = typeof subject === 'string' ? subject : { license, isActivated: subject };
          assert.ok(Object.hasOwn(VALIDATION_DETAILS, validate(found, asked, at)));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
