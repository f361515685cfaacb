import assert from 'node:assert/strict';
import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { postgresAddressFrom } from './postgres-url.ts';

const read = (url: string) => {
  const { password, ...rest } = postgresAddressFrom(url);
  return { ...rest, password: password?.reveal() };
};

const PLAIN = {
  host: 'db.example.com',
  port: 5432,
  database: 'guildhall',
  user: 'ada',
  password: undefined,
  tls: { proof: 'off' },
  applicationName: 'guildhall',
};

describe('postgresAddressFrom', () => {
  it('reads the least there can be, and knows the rest', () => {
    assert.deepEqual(read('postgres://ada@db.example.com/guildhall'), PLAIN);
    assert.deepEqual(read('postgresql://ada@db.example.com/guildhall'), PLAIN);
  });

  it('reads everything, percent-encoded', () => {
    const url =
      'postgres://a%40da:p%2Fw%3A%25@db.example.com:6432/guild%20hall?application_name=two%20words&options=-c%20a%3Db';
    assert.deepEqual(read(url), {
      ...PLAIN,
      port: 6432,
      database: 'guild hall',
      user: 'a@da',
      password: 'p/w:%',
      applicationName: 'two words',
      options: '-c a=b',
    });
  });

  it('takes addresses and folders of sockets for hosts', () => {
    assert.equal(read('postgres://ada@127.0.0.1/guildhall').host, '127.0.0.1');
    assert.equal(read('postgres://ada@[::1]:5433/guildhall').host, '::1');
    assert.equal(read('postgres://ada@%2Fvar%2Frun%2Fpostgresql/guildhall').host, '/var/run/postgresql');
  });

  for (const [mode, proof] of [
    ['disable', 'off'],
    ['require', 'none'],
    ['verify-ca', 'chain'],
    ['verify-full', 'chain and name'],
  ]) {
    it(`takes sslmode=${mode} at its word`, () => {
      assert.deepEqual(read(`postgres://ada@db.example.com/guildhall?sslmode=${mode}`).tls, { proof });
    });
  }

  it('has authorities asked by whoever names them', () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'guildhall-authorities-'));
    const file = join(folder.path, 'root.pem');
    writeFileSync(file, 'their certificates');
    const url = `postgres://ada@db.example.com/guildhall?sslrootcert=${encodeURIComponent(file)}&sslmode=`;
    assert.deepEqual(read(`${url}require`).tls, { proof: 'chain', authorities: 'their certificates' });
    assert.deepEqual(read(`${url}verify-full`).tls, { proof: 'chain and name', authorities: 'their certificates' });
  });

  it('leaves the choice of authorities to the system where it is told to', () => {
    const url = 'postgres://ada@db.example.com/guildhall?sslmode=verify-full&sslrootcert=system';
    assert.deepEqual(read(url).tls, { proof: 'chain and name' });
  });

  const FORM = 'postgres://USER:PASSWORD@HOST:PORT/DATABASE';
  const REFUSED: [url: string, sentence: string][] = [
    ['postgres://', `DATABASE_URL must name a user, a host and a database, as in ${FORM}.`],
    ['postgres://geheim@db', `DATABASE_URL must name a user, a host and a database, as in ${FORM}.`],
    ['postgres://ada:geheim@db/', `DATABASE_URL must name a user, a host and a database, as in ${FORM}.`],
    ['postgres://ada:geheim@db/one/two', `DATABASE_URL must name a user, a host and a database, as in ${FORM}.`],
    ['postgres://db/guildhall', `DATABASE_URL must name a user, a host and a database, as in ${FORM}.`],
    ['postgres:///guildhall', `DATABASE_URL must name a user, a host and a database, as in ${FORM}.`],
    ['postgres://ada:geheim@db:port/guildhall', `DATABASE_URL cannot be read; it looks like ${FORM}.`],
    ['postgres://ada:geheim@db:0/guildhall', `DATABASE_URL cannot be read; it looks like ${FORM}.`],
    ['postgres://ada:geheim@db:99999/guildhall', `DATABASE_URL cannot be read; it looks like ${FORM}.`],
    ['postgres://ada:geheim@db/guildhall#geheim', `DATABASE_URL cannot be read; it looks like ${FORM}.`],
    ['postgres://ada:geheim%00@db/guildhall', `DATABASE_URL cannot be read; it looks like ${FORM}.`],
    [
      'postgres://ada:100%geheim@db/guildhall',
      'DATABASE_URL holds a % that is no percent-encoding; a % itself is written %25.',
    ],
    [
      'postgres://ada:geheim@db/guildhall?sslmode=prefer',
      'DATABASE_URL: sslmode must be one of disable, require, verify-ca, verify-full.',
    ],
    [
      'postgres://ada:geheim@db/guildhall?channel_binding=require',
      'DATABASE_URL may say sslmode, sslrootcert, application_name, options after its ?, each once, and nothing else.',
    ],
    [
      'postgres://ada:geheim@db/guildhall?sslmode=verify-full&sslmode=disable',
      'DATABASE_URL may say sslmode, sslrootcert, application_name, options after its ?, each once, and nothing else.',
    ],
    [
      'postgres://ada:geheim@db/guildhall?sslrootcert=/geheim.pem',
      'DATABASE_URL: sslrootcert needs a sslmode that uses TLS.',
    ],
    [
      'postgres://ada:geheim@db/guildhall?sslmode=verify-ca&sslrootcert=/no/geheim.pem',
      'DATABASE_URL: sslrootcert names a file that cannot be read.',
    ],
  ];
  for (const [url, message] of REFUSED) {
    it(`refuses ${url} and does not repeat it`, () => {
      assert.throws(() => postgresAddressFrom(url), { name: 'PostgresUrlError', message });
    });
  }

  it('shows the password to nobody', () => {
    const address = postgresAddressFrom('postgres://ada:geheim@db/guildhall');
    assert.doesNotMatch(JSON.stringify(address), /geheim/);
  });
});
