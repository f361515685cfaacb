import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cookieIn } from './session-cookie.ts';

describe('cookieIn', () => {
  it('finds a cookie wherever it stands, with or without blanks around it', () => {
    for (const header of [
      's=token',
      'a=1; s=token',
      'a=1;s=token;b=2',
      '  s=token  ; b=2',
      'a; s=token',
      ';;s=token',
    ]) {
      assert.equal(cookieIn(header, 's'), 'token', header);
    }
  });

  it('takes no other cookie for it', () => {
    const others = ['', 'ss=token', 'xs=token', 'S=token', 's', 's ;a=1', 'a="s=token', 'a=s=token', 's =token'];
    for (const header of [undefined, ...others]) assert.equal(cookieIn(header, 's'), undefined, header);
  });

  it('takes the first of two, so that one that was slipped in behind changes nothing', () => {
    assert.equal(cookieIn('s=one; s=two', 's'), 'one');
  });

  it('leaves the value as it was sent', () => {
    assert.equal(cookieIn('s="a%20b=c"', 's'), '"a%20b=c"');
    assert.equal(cookieIn('s=', 's'), '');
  });
});
