import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSmtpConfig, type SmtpConfig } from './smtp-config.ts';

const FROM = 'no-reply@example.com';
const NAME = 'Ateliers Ada';

const faultsOf = (url: string, from = FROM): readonly string[] => {
  const reading = readSmtpConfig(url, from, NAME);
  return 'faults' in reading ? reading.faults : [];
};

const configOf = (url: string): SmtpConfig => {
  const reading = readSmtpConfig(url, FROM, NAME);
  return 'config' in reading ? reading.config : assert.fail(reading.faults.join(' '));
};

describe('readSmtpConfig', () => {
  it('reads host, port, user and password', () => {
    const { password, ...config } = configOf('smtp://ada:s%3Ac%40r%2Fe%25t@mail.example.com:2525');
    const server = { host: 'mail.example.com', port: 2525, secure: false, user: 'ada', requireTls: true };
    assert.deepEqual(config, { ...server, from: FROM, senderName: NAME });
    assert.equal(password?.reveal(), 's:c@r/e%t');
  });

  it('has the default ports', () => {
    const { port, secure } = configOf('smtps://mail.example.com');
    assert.deepEqual({ port, secure }, { port: 465, secure: true });
    assert.equal(configOf('smtp://mail.example.com').port, 587);
  });

  it('requires TLS unless the host is a loopback address', () => {
    const requiresTls = (host: string) => configOf(`smtp://${host}:25`).requireTls;
    for (const host of ['localhost', 'mail.localhost', '127.0.0.1', '127.9.9.9', '[::1]']) {
      assert.equal(requiresTls(host), false, host);
    }
    for (const host of ['mail', '10.0.0.1', '127.example.com', 'localhost.example.com', '[2001:db8::1]']) {
      assert.equal(requiresTls(host), true, host);
    }
  });

  it('reads an IPv6 host without its brackets', () => {
    assert.equal(configOf('smtp://[2001:db8::1]:25').host, '2001:db8::1');
  });

  it('reports all faults at once, each in one sentence', () => {
    assert.deepEqual(faultsOf('pop://ada@mail:0/inbox?x=1', 'missing'), [
      'MAIL_URL must be console:, or begin with smtp:// or smtps://.',
      'MAIL_URL must name a port from 1 to 65535.',
      'MAIL_URL must end after its port.',
      'MAIL_URL must hold both user and password or neither, percent-encoded.',
      'MAIL_FROM must be an email address such as no-reply@example.com.',
    ]);
  });

  it('requires a host', () => {
    for (const url of ['smtp://', 'smtps:///', 'smtp://a%20b', 'smtp://%zz']) {
      assert.deepEqual(faultsOf(url), ['MAIL_URL must name a host, as in smtp://host:587.'], url);
    }
  });

  it('reports a URL that cannot be parsed', () => {
    const sentence =
      'MAIL_URL cannot be read; it looks like smtp://user:password@host:587, with special characters percent-encoded.';
    for (const url of ['', 'mail.example.com', 'smtp://mail:port', 'smtp://mail:65536']) {
      assert.deepEqual(faultsOf(url), [sentence], url);
    }
  });

  it('rejects a line break in the login', () => {
    assert.equal(faultsOf('smtp://ada%0d%0aQUIT:x@mail').length, 1);
  });

  it('quotes no password', () => {
    const faulty = [
      'smtp://ada:hun#ter2@mail',
      'smtp://ada:hunter2%@mail',
      'smtp://:hunter2@mail',
      'smtp://a:hunter2@m/x',
    ];
    for (const url of faulty) {
      const faults = faultsOf(url);
      assert.notDeepEqual(faults, [], url);
      assert.doesNotMatch(faults.join(), /hun|ter2|ada/);
    }
  });
});
