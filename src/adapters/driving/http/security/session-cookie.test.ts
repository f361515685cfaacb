import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCookie } from './session-cookie.ts';

describe('findCookie', () => {
  it('finds a cookie at any position, with or without spaces around it', () => {
    for (const header of [
      's=token',
      'a=1; s=token',
      'a=1;s=token;b=2',
      '  s=token  ; b=2',
      'a; s=token',
      ';;s=token',
    ]) {
      assert.equal(findCookie(header, 's'), 'token', header);
    }
  });

  it('confuses it with no other cookie', () => {
    const others = ['', 'ss=token', 'xs=token', 'S=token', 's', 's ;a=1', 'a="s=token', 'a=s=token', 's =token'];
    for (const header of [undefined, ...others]) assert.equal(findCookie(header, 's'), undefined, header);
  });

  it('returns the first of two, so that one appended by an attacker changes nothing', () => {
    assert.equal(findCookie('s=one; s=two', 's'), 'one');
  });

  it('returns the value as it was sent', () => {
    assert.equal(findCookie('s="a%20b=c"', 's'), '"a%20b=c"');
    assert.equal(findCookie('s=', 's'), '');
  });
});
