import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UserName } from './user-name.ts';

const LINE = 'name must be 1 to 200 characters on one line.';
const HIDDEN = 'name must be visible, and must not turn the direction of writing.';

const isRefused = (raw: string, sentence = LINE): void => {
  assert.throws(
    () => UserName.parse(raw),
    { code: 'user.invalid', messages: [sentence] },
    JSON.stringify(raw.slice(0, 80)),
  );
};

describe('UserName', () => {
  it('is what a person is called, in any script', () => {
    for (const name of ['A', 'Ada Lovelace', "Conan O'Brien", 'नेहा', '林', 'علی‌رضا', 'X Æ A-12 👩‍🚀', '<b>Bobby</b>']) {
      assert.equal(UserName.parse(name), name.normalize('NFC'));
    }
  });

  it('has 1 to 200 characters, an emoji counting as one', () => {
    isRefused('');
    for (const character of ['a', '😀', 'e\u0301']) {
      assert.doesNotThrow(() => UserName.parse(character.repeat(200)), character);
      isRefused(character.repeat(201));
    }
    isRefused('x'.repeat(5000));
  });

  it('is kept in one form however it was typed', () => {
    assert.equal(UserName.parse('Zoe\u0308'), 'Zo\u00eb');
  });

  it('is not blank', () => {
    for (const raw of [' ', '   ', '\u00a0', '\u3000\u2003']) isRefused(raw);
  });

  it('stays on one line and holds no control character', () => {
    for (const control of ['\r\n', '\n', '\r', '\0', '\t', '\u001b[31m', '\u0085', '\u2028', '\u2029']) {
      for (const raw of [`${control}Ada`, `Ada${control}Lovelace`, `Ada${control}`]) isRefused(raw);
    }
  });

  it('is visible', () => {
    for (const raw of [
      '\u200b',
      '\u200b\u200d\ufeff',
      '\u2060 \u00ad',
      '\u3164',
      '\u115f\u1160\uffa0',
      '\u2800',
      '\ufe0f',
      '\u{e0041}',
    ]) {
      isRefused(raw, HIDDEN);
    }
  });

  it('turns no writing, for what stands beside it would be read otherwise', () => {
    for (const turn of ['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069']) {
      for (const raw of [`${turn}Ada`, `A${turn}da`, `Ada${turn}`]) isRefused(raw, HIDDEN);
    }
    assert.doesNotThrow(() => UserName.parse('עדה\u200f (Ada)\u200e'));
  });

  it('comes back from the store also where it would be refused today', () => {
    assert.equal(UserName.fromStore('\u202eadA'), '\u202eadA');
    for (const damaged of ['', 'A\nda', 'x'.repeat(201)]) {
      assert.throws(() => UserName.fromStore(damaged), { code: 'user.invalid' });
    }
  });

  it('is well-formed Unicode', () => {
    for (const raw of ['\ud800', 'Ada\udc00', '\ud83d Ada', '\ude00\ud83d']) isRefused(raw);
  });
});
