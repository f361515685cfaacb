import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DomainError } from '../shared/domain-error.ts';
import { Secret } from '../shared/secret.ts';
import { codePoints } from '../shared/unicode.ts';
import { CONTEXT_WORDS, PasswordPolicy } from './password-policy.ts';

const TOO_LONG_OR_SHORT = 'password must be 8 to 128 characters long.';
const OWN = 'password must not be the email address or the name.';
const COMMON = 'password is one of the most common ones; choose another.';

const COMMON_ONES = ['password1', 'qwertyui'];
const policy = new PasswordPolicy({ minLength: 8, isCommon: (candidate) => COMMON_ONES.includes(candidate) });
const ada = { email: 'Ada.Lovelace@example.com', name: 'Augusta Ada King' };

const accepted = (password: string, person: { email: string; name?: string | null } = ada): string =>
  policy.accept(new Secret(password), person).reveal();

const isRefused = (password: string, messages: readonly string[], person = ada): void => {
  assert.throws(() => accepted(password, person), { code: 'user.invalid', messages }, JSON.stringify(password));
};

describe('PasswordPolicy', () => {
  it('ASVS 6.2.1: accepts the shortest length and rejects one character less, an emoji counting as one', () => {
    for (const character of ['x', '😀', 'é', '林']) {
      assert.equal(accepted(character.repeat(8)), character.repeat(8));
      isRefused(character.repeat(7), [TOO_LONG_OR_SHORT]);
    }
    isRefused('', [TOO_LONG_OR_SHORT]);
    isRefused('', [TOO_LONG_OR_SHORT], { email: '', name: '' });
  });

  it('ASVS 6.2.1: follows the shortest length of the server', () => {
    const strict = new PasswordPolicy({ minLength: 15, isCommon: () => false });
    assert.doesNotThrow(() => strict.accept(new Secret('x'.repeat(15)), ada));
    assert.throws(() => strict.accept(new Secret('x'.repeat(14)), ada), {
      messages: ['password must be 15 to 128 characters long.'],
    });
  });

  it('ASVS 6.2.9: accepts 64 and 128 code points, emoji included, and rejects 129', () => {
    for (const character of ['x', ' ', '😀', 'é', '林']) {
      for (const length of [64, 128]) assert.equal(accepted(character.repeat(length)), character.repeat(length));
      isRefused(character.repeat(129), [TOO_LONG_OR_SHORT]);
    }
  });

  it('counts after composing, so that two keyboards are measured alike', () => {
    assert.equal(accepted('e\u0301'.repeat(128)), '\u00e9'.repeat(128));
    isRefused('e\u0301'.repeat(7), [TOO_LONG_OR_SHORT]);
    // U+0958 is two characters in NFC, however it was typed.
    assert.equal(codePoints(accepted('\u0958'.repeat(64))), 128);
    isRefused('\u0958'.repeat(65), [TOO_LONG_OR_SHORT]);
  });

  it('ASVS 6.2.5: asks for no mixture of characters', () => {
    const alike = [
      'qzqzqzqz',
      'QZQZQZQZ',
      '48151623',
      '!!!!!!!!',
      '        ',
      'пароль-нет',
      'ρρρρρρρρ',
      '林林林林林林林林',
    ];
    for (const password of [...alike, '😀😀😀😀😀😀😀😀', 'नननननननन', 'tab\there', 'nul\0inside']) {
      assert.equal(accepted(password), password);
    }
  });

  it('ASVS 6.2.8: changes nothing but the form of the accents', () => {
    assert.equal(accepted('  Spaces Stay  '), '  Spaces Stay  ');
    assert.equal(accepted('ﬁne ²⁵ Å'), 'ﬁne ²⁵ \u00c5');
  });

  it('ASVS 6.2.8: rejects ill-formed Unicode, which would all hash alike', () => {
    for (const password of ['\ud800longenough', 'long\udc00enough', 'longenough\ud83d']) {
      isRefused(password, ['password must be well-formed Unicode.']);
    }
  });

  it('rejects the most common ones in any case', () => {
    for (const password of ['password1', 'PassWord1', 'QWERTYUI']) isRefused(password, [COMMON]);
    assert.doesNotThrow(() => accepted('password1 and more'));
  });

  it('can do without the list of common ones', () => {
    const lenient = new PasswordPolicy({ minLength: 5, isCommon: () => false });
    assert.equal(lenient.accept(new Secret('12345'), ada).reveal(), '12345');
  });

  it('ASVS 6.2.11: rejects the address, what stands before its @ and the name, in any case', () => {
    for (const own of ['ada.lovelace@example.com', 'ADA.LOVELACE', 'augusta ada king', 'Augusta Ada KING']) {
      isRefused(own, [OWN]);
    }
    assert.doesNotThrow(() => accepted('ada.lovelace in the moonlight'));
  });

  it('ASVS 6.2.11: sees through the form of the accents', () => {
    const person = { email: 'jose\u0301-maria@example.com', name: 'Rene\u0301e Descartes' };
    for (const own of ['jos\u00e9-maria', 'jose\u0301-maria', 'ren\u00e9e descartes']) isRefused(own, [OWN], person);
  });

  it('ASVS 6.2.11: rejects the words of the server, whether or not a list holds them', () => {
    assert.ok(CONTEXT_WORDS.includes('guildhall'));
    isRefused('GuildHall', [COMMON]);
  });

  it('has nothing against people without a name or a valid address', () => {
    for (const person of [
      { email: 'ada@example.com' },
      { email: 'ada@example.com', name: null },
      { email: '', name: '' },
    ]) {
      assert.equal(accepted('any old text', person), 'any old text');
    }
    assert.equal(accepted('person12', { email: 'person123' }), 'person12');
  });

  it('reports all violated rules at once, without the password', () => {
    const short = new PasswordPolicy({ minLength: 12, isCommon: () => true });
    assert.throws(
      () => short.accept(new Secret('Tru3b4dour'), { email: 'tru3b4dour@example.com' }),
      (error) => {
        assert.ok(error instanceof DomainError);
        assert.deepEqual(error.messages, ['password must be 12 to 128 characters long.', OWN, COMMON]);
        assert.doesNotMatch(`${error.message} ${error.stack}`, /Tru3b4dour/i);
        return true;
      },
    );
  });

  it('never accepts anything under or over its limits, nor in another form than NFC', () => {
    const unit = fc.oneof(
      fc.constantFrom('a', ' ', 'e\u0301', '\u0958', '\u0344', '😀'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    );
    const text = fc.array(unit, { maxLength: 200, size: 'max' }).map((units) => units.join(''));
    let acceptances = 0;
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 64 }), (password, minLength) => {
        try {
          const kept = new PasswordPolicy({ minLength, isCommon: () => false })
            .accept(new Secret(password), ada)
            .reveal();
          assert.ok(codePoints(kept) >= minLength && codePoints(kept) <= 128);
          assert.equal(kept, password.normalize('NFC'));
          acceptances += 1;
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
    assert.ok(acceptances > 50, `only ${acceptances} were accepted, so little was tried`);
  });
});

describe('PasswordPolicy.normalize', () => {
  const normalized = (typed: string): string => PasswordPolicy.normalize(new Secret(typed)).reveal();

  it('makes of two keyboards one password, the one that was accepted', () => {
    assert.equal(normalized('cafe\u0301 cre\u0300me'), accepted('caf\u00e9 cr\u00e8me'));
    assert.equal(normalized('caf\u00e9 cr\u00e8me'), accepted('cafe\u0301 cre\u0300me'));
  });

  it('rejects nothing, because a log-in must not reveal the policy', () => {
    for (const typed of ['', 'x', 'x'.repeat(70_000), '\ud800', 'password1']) assert.equal(normalized(typed), typed);
  });

  it('leaves case, spaces and look-alikes as they are', () => {
    for (const typed of ['Case', ' space ', 'ﬁ', 'x²', 'nul\0']) assert.equal(normalized(typed), typed);
  });
});
