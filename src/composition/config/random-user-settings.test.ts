import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ConfigError, readConfig } from './config.ts';

const urlWith = (value: string | undefined, mode = 'development') =>
  readConfig({ RANDOM_USER_API_URL: value, NODE_ENV: mode, ADMIN_API_KEY: 'k'.repeat(32) }).randomUserUrl.href;

describe('RANDOM_USER_API_URL', () => {
  it('is randomuser.me unless set', () => assert.equal(urlWith(undefined), 'https://randomuser.me/'));

  it('may be another server, and in development one without TLS', () => {
    assert.equal(urlWith('https://people.example.com/mirror', 'production'), 'https://people.example.com/mirror');
    assert.equal(urlWith('http://people.example.com'), 'http://people.example.com/');
    assert.equal(urlWith('http://127.0.0.1:8091', 'production'), 'http://127.0.0.1:8091/');
  });

  it('ASVS 13.2.5: is refused where it is no such thing', () => {
    const refused = ['people.example.com', 'file:///etc/passwd', 'ftp://example.com', 'https://a:b@example.com'];
    for (const value of [...refused, 'https://example.com?x=1', 'https://example.com#x']) {
      assert.throws(
        () => urlWith(value),
        (error: ConfigError) => /RANDOM_USER_API_URL must be/.test(error.message),
        value,
      );
    }
    assert.throws(() => urlWith('http://people.example.com', 'production'), { name: 'ConfigError' });
  });
});
