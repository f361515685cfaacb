import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { PROBLEMS } from '../../src/adapters/driving/http/errors/catalogue.ts';
import { readConfig } from '../../src/composition/config/config.ts';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

type Service = Readonly<{
  image: string;
  profiles?: string[];
  ports?: string[];
  volumes?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
  [key: string]: unknown;
}>;

const compose = read('docker-compose.yml');
const { services, networks } = parse(compose, { merge: true }) as {
  services: Record<string, Service>;
  networks: { scale: { ipam: { config: [{ subnet: string }] } } };
};
const named = (name: string): Service => services[name] ?? assert.fail(`there is no service ${name}`);
const of = (profile: string | undefined): string[] =>
  Object.keys(services).filter((name) => named(name).profiles?.[0] === profile);

/** The settings of a service as compose passes them, with these variables set. */
const settingsOf = (name: string, variables: Record<string, string>): Record<string, string> => {
  const filled = (text: string): string =>
    text
      .replace(/\$\{(\w+):\+(,)\$\{\1\}\}/g, (_, variable, comma) =>
        variables[variable] ? `${comma}${variables[variable]}` : '',
      )
      .replace(/\$\{(\w+):?[-?]([^}]*)\}/g, (_, variable, otherwise) => variables[variable] ?? otherwise);
  return Object.fromEntries(Object.entries(named(name).environment ?? {}).map(([key, text]) => [key, filled(text)]));
};

const seconds = (time: string | undefined): number => Number(/^(\d+)s$/.exec(time ?? '')?.[1]);

const KEY = 'k'.repeat(40);

describe('docker-compose.yml', () => {
  it('starts one Guildhall on SQLite, and the rest by profile', () => {
    assert.deepEqual(of(undefined), ['guildhall']);
    assert.deepEqual(of('scale'), ['one', 'two', 'balancer', 'postgres']);
    assert.deepEqual(of('mail'), ['mail']);
    const config = readConfig(settingsOf('guildhall', { ADMIN_API_KEY: KEY }));
    assert.deepEqual(config.store, { kind: 'sqlite', path: '/data/guildhall.db' });
    assert.equal(config.mode, 'production');
  });

  for (const name of Object.keys(services)) {
    it(`ASVS 13.2.2 and 15.2.5: drops every privilege that ${name} does not need`, () => {
      const { read_only, cap_drop, security_opt } = named(name);
      assert.deepEqual([read_only, cap_drop, security_opt], [true, ['ALL'], ['no-new-privileges:true']]);
      assert.doesNotMatch(JSON.stringify(named(name)), /privileged":true|cap_add|network_mode|docker\.sock/);
    });

    it(`restarts ${name} when it ends, and names the version of its image`, () => {
      assert.equal(named(name).restart, 'unless-stopped');
      assert.match(named(name).image, /^guildhall$|^[\w/]+:v?\d+(\.\d+)?(-\w+)?$/);
    });
  }

  it('listens on this machine only, and the two ways to run it exclude each other by their port', () => {
    const ports = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
    assert.deepEqual(ports, [
      ['guildhall', '127.0.0.1:8000:8000'],
      ['balancer', '127.0.0.1:8000:8000'],
      ['mail', '127.0.0.1:8025:8025'],
    ]);
  });

  it('ASVS 13.2.3: does not start without an administrator key, and requires nothing else', () => {
    const required = [...compose.matchAll(/\$\{(\w+):?\?[^}]+\}/g)].map(([, variable]) => variable);
    assert.deepEqual(required, ['ADMIN_API_KEY']);
    for (const name of ['guildhall', 'one', 'two']) {
      // Where it is empty, Guildhall itself does not start without a file or an admin.
      assert.match(named(name).environment?.ADMIN_API_KEY ?? '', /^\$\{ADMIN_API_KEY\?[^}]+\}$/, name);
    }
  });

  it('and the image leave secrets to files where their own values are set to nothing', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'guildhall-secrets-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const [key, store] = [join(folder, 'key'), join(folder, 'store')];
    writeFileSync(key, KEY);
    writeFileSync(store, 'memory:');
    const { adminKey } = readConfig({ ...settingsOf('guildhall', { ADMIN_API_KEY: '' }), ADMIN_API_KEY_FILE: key });
    assert.equal(adminKey?.reveal(), KEY);
    const image = Object.fromEntries(
      [...read('Dockerfile').matchAll(/^(?:ENV| {3}) (\w+)=(\S+)/gm)].map(([, ...set]) => set),
    );
    assert.equal(image.DATABASE_URL, 'file:/data/guildhall.db');
    assert.throws(() => readConfig({ ...image, DATABASE_URL_FILE: store }), /An empty value counts as not set/);
    const config = readConfig({ ...image, DATABASE_URL: '', DATABASE_URL_FILE: store });
    assert.deepEqual(config.store, { kind: 'memory' });
  });

  it('keeps the data in separate volumes', () => {
    assert.deepEqual(named('guildhall').volumes, ['data:/data']);
    // From version 18 on the image has its data one level up.
    assert.deepEqual(named('postgres').volumes, ['postgres:/var/lib/postgresql']);
    assert.match(named('postgres').image, /^postgres:18-/);
  });

  it('has two identical instances without a volume', () => {
    assert.deepEqual(named('one'), named('two'));
    assert.equal(named('one').volumes, undefined);
    assert.equal(named('one').image, named('guildhall').image);
  });

  it('takes the password of the database from the environment, without a default', () => {
    assert.equal(settingsOf('postgres', {}).POSTGRES_PASSWORD, '');
    const variables = { ADMIN_API_KEY: KEY, POSTGRES_PASSWORD: 'a1b2' };
    assert.equal(settingsOf('postgres', variables).POSTGRES_PASSWORD, 'a1b2');
    assert.equal(settingsOf('one', variables).DATABASE_URL, 'postgres://guildhall:a1b2@postgres:5432/guildhall');
    assert.match(read('Makefile'), /^scale:.*\n(.*\n)*?.*Set POSTGRES_PASSWORD/m);
  });

  it('starts a service once those it depends on are healthy', () => {
    const waits = Object.entries(services).flatMap(([name, { depends_on = {} }]) =>
      Object.entries(depends_on).map(([other, { condition }]) => `${name} ${other} ${condition}`),
    );
    assert.deepEqual(waits, [
      'one postgres service_healthy',
      'two postgres service_healthy',
      'balancer one service_healthy',
      'balancer two service_healthy',
    ]);
    const probes = ['postgres', 'balancer'].map((name) => named(name).healthcheck?.test.join(' '));
    assert.match(probes.join('\n'), /pg_isready .*\n.*\/_ready/);
  });

  it('has the instances trust the load balancer and the proxies of .env', () => {
    const started = (variables: Record<string, string>) =>
      readConfig(settingsOf('one', { ADMIN_API_KEY: KEY, POSTGRES_PASSWORD: 'a1b2', ...variables }));
    assert.deepEqual(started({}).trustedProxies, ['172.30.80.0/24']);
    const both = started({ SCALE_NETWORK: '10.9.0.0/24', TRUSTED_PROXIES: '192.0.2.1/32' });
    assert.deepEqual(both.trustedProxies, ['10.9.0.0/24', '192.0.2.1/32']);
    assert.match(networks.scale.ipam.config[0].subnet, /^\$\{SCALE_NETWORK:-172[.]30[.]80[.]0\/24\}$/);
  });

  it('ends no instance within its SHUTDOWN_GRACE', () => {
    for (const name of ['guildhall', 'one', 'two']) {
      const { shutdownGraceMs } = readConfig(settingsOf(name, { ADMIN_API_KEY: KEY, POSTGRES_PASSWORD: 'a1b2' }));
      assert.ok(seconds(named(name).stop_grace_period) * 1_000 > shutdownGraceMs, name);
    }
  });
});

describe('The load balancer', () => {
  const lines = read('deploy/haproxy.cfg')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const value = (key: string): string =>
    lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1) ?? assert.fail(`no ${key}`);

  it('sends requests to both instances, if they are ready', () => {
    const targets = lines.filter((line) => line.startsWith('server '));
    assert.deepEqual(targets, ['server one one:8000', 'server two two:8000']);
    assert.match(value('http-check send'), /^meth GET uri \/_ready /);
    assert.equal(value('http-check expect'), 'status 200');
  });

  it('notices a stopping instance before it stops', () => {
    const [, inter, fast, fall] = /check inter (\d+)s fastinter (\d+)ms .*fall (\d+)/.exec(lines.join('\n')) ?? [];
    const noticedWithinMs = Number(inter) * 1_000 + Number(fast) * (Number(fall) - 1);
    const { shutdownDelayMs } = readConfig(settingsOf('one', { ADMIN_API_KEY: KEY, POSTGRES_PASSWORD: 'a1b2' }));
    assert.ok(shutdownDelayMs >= 2 * noticedWithinMs, `${noticedWithinMs} ms`);
  });

  it('retries requests that were not sent, and interrupted ones only if they are GET', () => {
    assert.equal(value('retry-on'), 'conn-failure empty-response');
    assert.equal(value('http-request disable-l7-retry'), 'if !METH_GET');
  });

  it('passes the host unchanged and appends the address of the client', () => {
    assert.ok(lines.includes('option forwardfor'));
    assert.deepEqual(
      lines.filter((line) => /(set|add|del|replace)-header/.test(line)),
      ['http-request set-header X-Request-Id %[var(txn.id)]'],
    );
  });

  it('waits longer for a response than Guildhall takes, and responds like it without an instance', () => {
    assert.equal(value('timeout server'), '25s');
    const [, text = '', headers = ''] = /lf-string '(.*)' (hdr .*)$/.exec(value('http-error')) ?? [];
    const { status, code, title } = JSON.parse(text);
    assert.deepEqual({ status, title }, PROBLEMS[code as keyof typeof PROBLEMS]);
    assert.match(headers, /hdr Retry-After \d+/);
  });

  it('uses the name server of any container engine', () => {
    assert.deepEqual(
      lines.filter((line) => /^nameserver |^parse-resolv-conf$/.test(line)),
      ['parse-resolv-conf'],
    );
  });

  it('writes no path and no query into its log', () => assert.doesNotMatch(value('log-format'), /%(HP|HPO|HQ|HU|r)\b/));
});

describe('make up', () => {
  it('names the compose plugin where docker lacks it', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'guildhall-docker-'));
    t.after(() => rmSync(folder, { recursive: true }));
    // As docker without the plugin responds.
    writeFileSync(join(folder, 'docker'), '#!/bin/sh\necho "unknown flag: --build" >&2\nexit 125\n');
    chmodSync(join(folder, 'docker'), 0o755);
    const { status, stderr } = spawnSync('make', ['up'], {
      cwd: new URL('../..', import.meta.url),
      env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
      encoding: 'utf8',
    });
    assert.notEqual(status, 0);
    assert.match(stderr, /^This target needs docker with its compose plugin: /);
    assert.doesNotMatch(stderr, /unknown flag/);
  });

  it('has its key in .env in README.md, so that later commands have it too', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'guildhall-env-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const samples = read('README.md').split('```');
    const sample = samples.find((text) => text.startsWith('sh\n') && text.includes('\nmake up'));
    assert.ok(sample);
    // Each command has a process of its own.
    for (const command of sample.trimEnd().split('\n').slice(1)) {
      const { status } = spawnSync('bash', ['-c', `make() { true; }; ${command}`], { cwd: folder });
      assert.equal(status, 0, command);
    }
    const { ADMIN_API_KEY } = parseEnv(readFileSync(join(folder, '.env'), 'utf8'));
    assert.match(ADMIN_API_KEY ?? '', /^[0-9a-f]{64}$/);
  });
});
