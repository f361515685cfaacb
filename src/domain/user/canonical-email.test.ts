import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Email } from './email.ts';

describe('Email.canonicalize', () => {
  it('is the same for one address in any case', () => {
    assert.equal(Email.canonicalize(Email.parse('ADA@Example.COM')), 'ada@example.com');
    assert.equal(
      Email.canonicalize(Email.parse('ÉMILE@EXAMPLE.COM')),
      Email.canonicalize(Email.parse('émile@example.com')),
    );
  });

  it('is the same however a keyboard writes its accents', () => {
    assert.equal(Email.canonicalize('jose\u0301@example.com'), Email.canonicalize('jos\u00e9@example.com'));
    assert.equal(Email.canonicalize('J\u030c@example.com'), Email.canonicalize('\u01f0@example.com'));
  });

  it('is the same for all spellings of a domain (UTS 46; flora-server#561)', () => {
    const spellings = [
      'kim@bücher.example',
      'kim@BÜCHER.example',
      'kim@bu\u0308cher.example',
      'kim@xn--bcher-kva.example',
    ];
    for (const raw of [...spellings, 'Kim@XN--BCHER-KVA.EXAMPLE']) {
      assert.equal(Email.canonicalize(Email.parse(raw)), 'kim@xn--bcher-kva.example', raw);
    }
    assert.equal(Email.canonicalize(Email.parse('kim@ｅxample.ｏrg')), 'kim@example.org');
    assert.equal(Email.canonicalize(Email.parse('kim@straße.example')), 'kim@xn--strae-oqa.example');
  });

  it('leaves the name before the @ as it is, but for its case', () => {
    assert.equal(Email.canonicalize(Email.parse('Bücher@example.com')), 'bücher@example.com');
    assert.equal(Email.canonicalize(Email.parse('xn--bcher-kva@example.com')), 'xn--bcher-kva@example.com');
  });

  it('is the same for a Greek address in any case, however its words end', () => {
    for (const raw of ['νικος.αλφα@example.com', 'νικος@example.com', 'νικος', 'ς@example.com']) {
      const expected = raw.replaceAll('ς', 'σ');
      for (const spelling of [raw, raw.toUpperCase(), expected]) assert.equal(Email.canonicalize(spelling), expected);
    }
    assert.ok(!Email.isSame('kim@νικος.example', 'kim@νικοσ.example'), 'two domains');
  });

  it('has its domain in ASCII also where lower case makes the name longer than it may be', () => {
    // NFC makes two of क़.
    for (const name of ['İ'.repeat(40), 'İ'.repeat(40).toLowerCase(), '\u0958'.repeat(40)]) {
      const canonical = Email.canonicalize(`${name}@bücher.example`);
      assert.equal(canonical, Email.canonicalize(`${name}@xn--bcher-kva.example`));
      assert.equal(canonical, Email.canonicalize(`${name.toUpperCase()}@BÜCHER.example`));
    }
  });

  it('ignores case in ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (raw) => {
        assert.equal(Email.canonicalize(raw.toUpperCase()), Email.canonicalize(raw.toLowerCase()));
      }),
    );
  });

  it('changes nothing the second time', () => {
    const emails = fc.constantFrom('J', 'H', 'T', 'İ', 'I', 'Σ', 'Α', 'ǅ', 'K', '가');
    const marks = fc.constantFrom(
      '\u0300',
      '\u0301',
      '\u0307',
      '\u0308',
      '\u030a',
      '\u030c',
      '\u0323',
      '\u0331',
      '\u0345',
    );
    const unit = fc.oneof(emails, marks, fc.string({ unit: 'binary', maxLength: 1 }));
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        const once = Email.canonicalize(units.join(''));
        assert.equal(Email.canonicalize(once), once);
      }),
      { numRuns: 2000 },
    );
  });

  it('returns no address, and throws nothing, for text that is none', () => {
    for (const raw of ['', '@', '\ud800', '\0', 'x'.repeat(70_000)]) assert.doesNotThrow(() => Email.canonicalize(raw));
  });
});
