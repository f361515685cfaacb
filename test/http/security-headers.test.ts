import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { everyKindOfAnswer, type Sample } from './every-answer.ts';
import { headerOf } from './raw-http.ts';

const policyOf = ({ answer }: Sample): ReadonlyMap<string, string> =>
  new Map(
    (headerOf(answer, 'content-security-policy') ?? '').split(';').map((directive) => {
      const [name = '', ...values] = directive.trim().split(' ');
      return [name, values.join(' ')];
    }),
  );

const isPage = ({ answer }: Sample): boolean => headerOf(answer, 'content-type')?.startsWith('text/html') ?? false;

describe('every answer, parser errors included,', () => {
  let samples: readonly Sample[];
  before(async () => {
    samples = await everyKindOfAnswer();
  });

  const each = (name: string, holds: (value: string | undefined, sample: Sample) => boolean) => {
    for (const sample of samples) {
      const value = headerOf(sample.answer, name);
      assert.ok(holds(value, sample), `${sample.what} (${sample.answer.status}): ${name}: ${value}`);
    }
  };

  it('is among those looked at here, whatever its status', () => {
    const statuses = new Set(samples.map(({ answer }) => answer.status));
    const all = [200, 201, 204, 302, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 431, 500, 503];
    assert.deepEqual(
      all.filter((status) => !statuses.has(status)),
      [],
    );
  });

  it('ASVS 3.4.1: asks for HTTPS for a year, subdomains included', () => {
    each('strict-transport-security', (value) => {
      const seconds = Number(/^max-age=(\d+); includeSubDomains$/.exec(value ?? '')?.[1]);
      return seconds >= 31_536_000;
    });
  });

  it('ASVS 3.4.4: contains nosniff', () => {
    each('x-content-type-options', (value) => value === 'nosniff');
  });

  it('ASVS 3.4.5: sends no referrer to other sites', () => {
    each('referrer-policy', (value) => value === 'no-referrer');
  });

  it('ASVS 3.4.3 and 3.4.6: has a policy that allows nothing by default, no plugins, no base, no framing', () => {
    for (const sample of samples) {
      const policy = policyOf(sample);
      for (const name of ['default-src', 'object-src', 'base-uri', 'frame-ancestors', 'form-action']) {
        assert.equal(policy.get(name), "'none'", `${sample.what}: ${name}`);
      }
    }
    each('x-frame-options', (value) => value === 'DENY');
  });

  it('ASVS 3.2.1: is inert when opened by itself, unless it is a page', () => {
    for (const sample of samples) {
      const policy = policyOf(sample);
      assert.equal(policy.has('sandbox'), !isPage(sample), sample.what);
      assert.equal(policy.has('script-src'), isPage(sample), sample.what);
    }
    assert.ok(samples.filter(isPage).length >= 3);
  });

  it('ASVS 3.4.8 and 3.5.8: isolates its window, and cannot be embedded', () => {
    each('cross-origin-opener-policy', (value) => value === 'same-origin');
    each('cross-origin-resource-policy', (value) => value === 'same-origin');
  });

  it('ASVS 3.4.2: lets no other origin read it', () => {
    for (const { what, answer } of samples) {
      const cors = answer.headers.filter(([name]) => name.startsWith('access-control-'));
      assert.deepEqual(cors, [], what);
    }
  });

  it('ASVS 4.1.1: states its media type, and its character set where it is text', () => {
    for (const { what, answer, method } of samples) {
      const type = headerOf(answer, 'content-type');
      if (answer.body === '' && method !== 'HEAD') assert.equal(type, undefined, what);
      else assert.match(type ?? '', /^[a-z]+\/[\w.+-]+;(?: version=[\d.]+;)? charset=utf-8$/, what);
    }
  });

  it('ASVS 13.4.6: names neither the software nor its version', () => {
    for (const { what, answer } of samples) {
      for (const name of ['server', 'x-powered-by', 'via', 'x-runtime', 'x-version']) {
        assert.equal(headerOf(answer, name), undefined, what);
      }
      if (answer.status < 400) continue;
      assert.doesNotMatch(answer.body, /node|fastify|sqlite|kysely|v?\d+\.\d+\.\d+/i, what);
    }
  });

  it('ASVS 14.3.2: is not kept by any cache, unless it is a part of the documentation', () => {
    for (const { what, answer } of samples) {
      const isAsset = answer.status === 200 && /^(GET|HEAD) \/(docs\/static|redoc)\/.*\.\w+ $/.test(what);
      const value = headerOf(answer, 'cache-control');
      if (isAsset) assert.match(value ?? '', /^(no-store|public, max-age=\d+)$/, what);
      else assert.equal(value, 'no-store', what);
    }
  });

  it('ASVS 16.5.1: reveals no internals: no stack, no statement, no file', () => {
    for (const { what, answer } of samples.filter(({ answer: { status } }) => status >= 400)) {
      assert.match(headerOf(answer, 'content-type') ?? '', /^application\/problem\+json;/, what);
      const { code, type, title, status, errors } = JSON.parse(answer.body);
      assert.deepEqual([type, status, typeof title], [`urn:problem:${code}`, answer.status, 'string'], what);
      assert.ok(errors.length > 0, what);
      assert.doesNotMatch(answer.body, /\bat .+:\d+:\d+|select |secret\.ts|node_modules|FST_|SQLITE_/, what);
    }
  });

  it('ASVS 3.7.2: redirects to no other host', () => {
    for (const { what, answer } of samples) {
      const location = headerOf(answer, 'location');
      if (location !== undefined) assert.match(location, /^\/(?![/\\])/, what);
    }
  });

  it('carries an id of its own', () => {
    each('x-request-id', (value) => /^[\w.:-]{1,128}$/.test(value ?? ''));
    assert.equal(new Set(samples.map(({ answer }) => headerOf(answer, 'x-request-id'))).size, samples.length);
  });

  it('has WWW-Authenticate on a 401, and Retry-After on a 503', () => {
    for (const { what, answer } of samples) {
      const { status } = answer;
      assert.equal(headerOf(answer, 'www-authenticate'), status === 401 ? 'Bearer realm="guildhall"' : undefined, what);
      if (status === 429 || status === 503) assert.match(headerOf(answer, 'retry-after') ?? '', /^[1-9]\d*$/, what);
      if (status === 405) assert.notEqual(headerOf(answer, 'allow'), undefined, what);
    }
  });
});
