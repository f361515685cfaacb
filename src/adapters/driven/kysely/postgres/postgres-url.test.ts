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
  hosts: [{ host: 'db.example.com', port: 5432 }],
  database: 'guildhall',
  user: 'ada',
  password: undefined,
  tls: { proof: 'off' },
  needsWritable: false,
  connectTimeoutMs: 5_000,
  applicationName: 'guildhall',
};

describe('postgresAddressFrom', () => {
  it('takes defaults for what the address leaves out', () => {
    assert.deepEqual(read('postgres://ada@db.example.com/guildhall'), PLAIN);
    assert.deepEqual(read('postgresql://ada@db.example.com/guildhall'), PLAIN);
  });

  it('reads everything, percent-encoded', () => {
    const url =
      'postgres://a%40da:p%2Fw%3A%25@db.example.com:6432/guild%20hall?application_name=two%20words&options=-c%20a%3Db';
    assert.deepEqual(read(url), {
      ...PLAIN,
      hosts: [{ host: 'db.example.com', port: 6432 }],
      database: 'guild hall',
      user: 'a@da',
      password: 'p/w:%',
      applicationName: 'two words',
      options: '-c a=b',
    });
  });

  const HOSTS: [form: string, ...hosts: [host: string, port: number][]][] = [
    ['postgres://ada@127.0.0.1/guildhall', ['127.0.0.1', 5432]],
    ['postgres://ada@[::1]:5433/guildhall', ['::1', 5433]],
    ['postgres://ada@%2Fvar%2Frun%2Fpostgresql/guildhall', ['/var/run/postgresql', 5432]],
    // libpq, 32.1.1.2: a socket folder as a parameter, with the user there or in the authority.
    ['postgres:///guildhall?host=/var/run/postgresql&user=ada', ['/var/run/postgresql', 5432]],
    ['postgres://ada@/guildhall?host=/run&port=5433', ['/run', 5433]],
    // libpq, 32.1.1.3: several hosts, with a port for each or one for all.
    ['postgres://ada@h1:5433,h2:5434/guildhall', ['h1', 5433], ['h2', 5434]],
    ['postgres://ada@h1,h2/guildhall', ['h1', 5432], ['h2', 5432]],
    ['postgres://ada@[::1],h2:5433/guildhall', ['::1', 5432], ['h2', 5433]],
    ['postgres://ada@/guildhall?host=h1,h2&port=5433,5434', ['h1', 5433], ['h2', 5434]],
    ['postgres://ada@/guildhall?host=h1,::1&port=5433', ['h1', 5433], ['::1', 5433]],
  ];
  for (const [url, ...hosts] of HOSTS) {
    it(`reads the hosts of ${url}`, () => {
      const expected = hosts.map(([host, port]) => ({ host, port }));
      assert.deepEqual(read(url), { ...PLAIN, hosts: expected });
    });
  }

  it('reads what failover pairs and managed databases add', () => {
    const url = 'postgres://ada@h1,h2/guildhall?target_session_attrs=read-write&connect_timeout=3&sslmode=prefer';
    const { needsWritable, connectTimeoutMs, tls } = read(url);
    assert.deepEqual([needsWritable, connectTimeoutMs, tls], [true, 3_000, { proof: 'none', isOptional: true }]);
    assert.equal(read('postgres://ada@h1/guildhall?target_session_attrs=primary').needsWritable, true);
    assert.equal(read('postgres://ada@h1/guildhall?target_session_attrs=any').needsWritable, false);
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

  it('has authorities asked by any client that names them', () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'guildhall-authorities-'));
    const file = join(folder.path, 'root.pem');
    writeFileSync(file, 'their certificates');
    const url = `postgres://ada@db.example.com/guildhall?sslrootcert=${encodeURIComponent(file)}&sslmode=`;
    assert.deepEqual(read(`${url}require`).tls, { proof: 'chain', authorities: 'their certificates' });
    assert.deepEqual(read(`${url}verify-full`).tls, { proof: 'chain and name', authorities: 'their certificates' });
  });

  it('leaves the choice of authorities to the system where it is instructed to, and checks the name of the host', () => {
    // libpq, 32.1.2: with `system`, verify-full is the default, and weaker modes are errors.
    for (const mode of ['', 'sslmode=verify-full&']) {
      const url = `postgres://ada@db.example.com/guildhall?${mode}sslrootcert=system`;
      assert.deepEqual(read(url).tls, { proof: 'chain and name' });
    }
  });

  const FORM = 'postgres://USER:PASSWORD@HOST:PORT/DATABASE';
  const INCOMPLETE = `must name a user, a host and a database, as in ${FORM}.`;
  const MALFORMED = `must look like ${FORM}.`;
  const ENCODING = 'contains a % that is no percent-encoding; write a % itself as %25.';
  const PARAMETERS =
    'may have the parameters sslmode, sslrootcert, application_name, options, target_session_attrs, connect_timeout, host, port, user, password, each once, and no others.';
  const REJECTED: [url: string, message: string][] = [
    ['postgres://', INCOMPLETE],
    ['postgres://geheim@db', INCOMPLETE],
    ['postgres://ada:geheim@db/', INCOMPLETE],
    ['postgres://ada:geheim@db/one/two', MALFORMED],
    ['postgres://db/guildhall', INCOMPLETE],
    ['postgres:///guildhall', INCOMPLETE],
    ['postgres://ada:geheim@h1,,h2/guildhall', INCOMPLETE],
    ['postgres://ada:geheim@db:port/guildhall', MALFORMED],
    ['postgres://ada:geheim@db:0/guildhall', MALFORMED],
    ['postgres://ada:geheim@db:99999/guildhall', MALFORMED],
    ['postgres://ada:geheim@db/guildhall#geheim', MALFORMED],
    ['postgres://ada:geheim%00@db/guildhall', MALFORMED],
    ['postgres://ada:geheim@/guildhall?host=h1,h2&port=1,2,3', 'must have as many ports as hosts.'],
    ['postgres://ada:100%geheim@db/guildhall', ENCODING],
    ['postgres://ada:geheim%ff@db/guildhall', ENCODING],
    ['postgres://ada@db/geheim%ff', ENCODING],
    [
      'postgres://ada:geheim@db/guildhall?sslmode=allow',
      'must have one of disable, prefer, require, verify-ca, verify-full as sslmode.',
    ],
    ['postgres://ada:geheim@db/guildhall?channel_binding=require', PARAMETERS],
    ['postgres://ada:geheim@db/guildhall?sslmode=verify-full&sslmode=disable', PARAMETERS],
    [
      'postgres://ada:geheim@db/guildhall?target_session_attrs=standby',
      'must have one of any, read-write, primary as target_session_attrs.',
    ],
    ['postgres://ada:geheim@db/guildhall?connect_timeout=0', 'must have a connect_timeout of 1 to 600 whole seconds.'],
    [
      'postgres://ada:geheim@db/guildhall?sslrootcert=/geheim.pem',
      'has an sslrootcert, which needs an sslmode that uses TLS.',
    ],
    ...['disable', 'prefer', 'require', 'verify-ca'].map((mode): [string, string] => [
      `postgres://ada:geheim@db/guildhall?sslmode=${mode}&sslrootcert=system`,
      'has sslrootcert=system, which needs sslmode=verify-full.',
    ]),
    [
      'postgres://ada:geheim@db/guildhall?sslmode=verify-ca&sslrootcert=/no/geheim.pem',
      'has an sslrootcert that names a file that cannot be read.',
    ],
  ];
  for (const [url, message] of REJECTED) {
    it(`rejects ${url} and does not repeat it`, () => {
      assert.throws(() => postgresAddressFrom(url), { name: 'PostgresUrlError', message });
    });
  }

  it('never shows the password', () => {
    const address = postgresAddressFrom('postgres://ada:geheim@db/guildhall');
    assert.doesNotMatch(JSON.stringify(address), /geheim/);
  });
});
