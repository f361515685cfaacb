import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MachineName } from './activation.ts';
import { Fingerprint } from './fingerprint.ts';

describe('Fingerprint', () => {
  it('is whatever applications use: hashes, UUIDs, hardware addresses, base64', () => {
    const used = [
      '3f7a9c52e0b84d16',
      'AA:BB:CC:00:11:22',
      'Zm9v/YmFy+A==',
      '{6ba7b810-9dad}',
      '...',
      'x'.repeat(128),
      '!',
    ];
    for (const raw of used) assert.equal(Fingerprint.parse(raw), raw);
  });

  it('is nothing that a path or a log cannot carry', () => {
    for (const raw of ['', '.', '..', 'with space', 'é', 'line\n', '\u0000', 'x'.repeat(129)]) {
      assert.equal(Fingerprint.tryParse(raw), undefined, raw);
      assert.throws(() => Fingerprint.parse(raw), { code: 'license.invalid' });
    }
    for (const raw of ['.', '..']) {
      assert.throws(() => Fingerprint.parse(raw), { message: /, and not \. or \.\.\.$/ });
    }
  });
});

describe('MachineName', () => {
  it('is 1 to 200 characters of any script on one line, composed', () => {
    assert.equal(MachineName.parse('Žofie’s 🐎'), 'Žofie’s 🐎');
    assert.equal(MachineName.parse('e\u0301'), '\u00e9');
    assert.equal(MachineName.parse('🐎'.repeat(200)), '🐎'.repeat(200));
    for (const raw of ['', ' ', 'two\nlines', '🐎'.repeat(201), '\ud800']) {
      assert.throws(() => MachineName.parse(raw), { code: 'license.invalid' }, raw);
    }
  });

  it('has no invisible characters, but for those that scripts and emoji need', () => {
    for (const raw of ['علی‌رضا', '👩‍🚀', '❤️', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', 'नेहा']) assert.equal(MachineName.parse(raw), raw);
    for (const raw of ['lap\u202epot', 'lap\u200btop', 'laptop\ufeff', 'lap\u00adtop', '\u3164', '\u2800', '\u200d']) {
      assert.throws(() => MachineName.parse(raw), { code: 'license.invalid' }, JSON.stringify(raw));
    }
  });

  it('is read from the store as it was taken before there was that rule', () => {
    assert.equal(MachineName.fromStore('lap\u202epot'), 'lap\u202epot');
    assert.throws(() => MachineName.fromStore('two\nlines'), { code: 'license.invalid' });
  });
});
