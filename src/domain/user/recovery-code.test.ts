import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RecoveryCode } from './recovery-code.ts';

const largest = (end: number): number => end - 1;
const CODE = RecoveryCode.generate(largest);

describe('RecoveryCode', () => {
  it('ASVS 6.5.2 and 6.5.4: has 128 random bits', () => {
    const ends: number[] = [];
    RecoveryCode.generate((end) => ends.push(end) - ends.length);
    assert.equal(
      ends.reduce((bits, end) => bits + Math.log2(end), 0),
      128,
    );
    assert.equal(CODE, `7${'Z'.repeat(25)}`);
  });

  it('is shown in groups', () => {
    assert.equal(RecoveryCode.format(CODE), '7ZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-Z');
  });

  it('is read without regard to case, hyphens and spaces, and to letters that look like digits', () => {
    for (const typed of [RecoveryCode.format(CODE), CODE.toLowerCase(), ` ${CODE.slice(0, 13)} ${CODE.slice(13)}\n`]) {
      assert.equal(RecoveryCode.tryParse(typed), CODE);
    }
    const readable = RecoveryCode.generate((end) => Math.min(1, end - 1));
    assert.equal(RecoveryCode.tryParse(readable.replaceAll('1', 'l')), readable);
  });

  it('is nothing else', () => {
    for (const typed of [
      '',
      '123456',
      CODE.slice(1),
      `${CODE}Z`,
      CODE.replace('Z', 'U'),
      `${CODE}é`,
      '-'.repeat(26),
      ' '.repeat(65),
    ]) {
      assert.equal(RecoveryCode.tryParse(typed), undefined, typed);
    }
  });
});
