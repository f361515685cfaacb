import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UserName } from './user-name.ts';

const isRefused = (raw: string): void => {
  assert.throws(
    () => UserName.parse(raw),
    { code: 'user.invalid', sentences: ['name must be 1 to 200 characters on one line.'] },
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

  it('is well-formed Unicode', () => {
    for (const raw of ['\ud800', 'Ada\udc00', '\ud83d Ada', '\ude00\ud83d']) isRefused(raw);
  });
});
