import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ErrorCode, PROBLEMS } from '../../src/adapters/driving/http/errors/catalogue.ts';
import { type Operation, operationsOf, routesServed, type Schema } from './operations.ts';
import { startTestApp, type TestApp } from './test-app.ts';

/** Served for browsers; not part of the API. The files under `/docs/static/` are printed as `/docs*`. */
const DOCS = [
  'GET /docs',
  'GET /docs*',
  'GET /docs/json',
  'GET /docs/static/index.html',
  'GET /docs/static/swagger-initializer.js',
  'GET /docs/static/theme/icon.svg',
  'GET /docs/yaml',
  'GET /redoc',
  'GET /redoc/icon.svg',
  'GET /redoc/redoc.standalone.js',
];

/** The console, the account pages and their assets. */
const PAGE = /^(?:GET|POST) \/(?:console|account|login|assets)(?:$|\/)/;

/** Every schema in a node, with its path. */
const schemasIn = function* (node: unknown, way = ''): Generator<readonly [way: string, schema: Schema]> {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && 'properties' in node) yield [way, node as Schema];
  for (const [key, child] of Object.entries(node)) yield* schemasIn(child, `${way}/${key}`);
};

/** Fields that are compared: a text out of the bounds of the other side is not rejected, it matches nothing. */
const ANY_TEXT = new Set([
  ...['license_key', 'fingerprint', 'product'].map((field) => `ValidationRequest.${field}`),
  ...['LookupRequest.license_key', 'listLicenses product'],
]);

/** Texts without a bound, by the end of their paths: {@link ANY_TEXT}, and values of any field in the audit log. */
const UNBOUNDED = [
  /^\/components\/schemas\/AuditChange\/properties\/(?:before|after)\/anyOf\//,
  /^\/components\/schemas\/(?:Validation|Lookup)Request\/properties\/(?:license_key|fingerprint|product)$/,
  /^\/components\/schemas\/ValidationRequest\/properties\/entitlements\/items$/,
  /^\/paths\/\/licenses\/get\/parameters\/\d+\/schema$/,
];

/** Every text in a node: in bodies, in their lists, in parameters and in headers; examples of its list or parameter count. */
const textsIn = function* (node: unknown, way = '', outer?: unknown): Generator<readonly [way: string, text: Schema]> {
  if (typeof node !== 'object' || node === null) return;
  const { type, examples = outer, example, ...schema } = node as Schema;
  if ([type].flat().includes('string')) yield [way, { ...schema, examples: example ?? examples }];
  for (const [key, child] of Object.entries(node)) {
    const isPart = (key === 'items' && type === 'array') || (key === 'schema' && 'in' in node);
    yield* textsIn(child, `${way}/${key}`, isPart ? (example ?? examples) : undefined);
  }
};

/** Every field of an object, and of the objects in it. */
const fieldsIn = function* (name: string, schema: Schema): Generator<readonly [name: string, field: Schema]> {
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    yield [`${name}.${key}`, field];
    yield* fieldsIn(`${name}.${key}`, field);
  }
  for (const [index, part] of ((schema.anyOf ?? []) as Schema[]).entries()) yield* fieldsIn(`${name}|${index}`, part);
};

describe('the OpenAPI document', () => {
  let app: TestApp;
  let operations: readonly Operation[];
  before(async () => {
    app = await startTestApp();
    operations = operationsOf(app);
  });
  after(() => app[Symbol.asyncDispose]());

  it('is what /docs/json and /docs/yaml serve, in OpenAPI 3.1', async () => {
    const json = await app.call('GET', '/docs/json');
    assert.deepEqual(json.json(), JSON.parse(JSON.stringify(app.document)));
    assert.match(json.json().openapi, /^3\.1\./);
    const yaml = await app.call('GET', '/docs/yaml');
    for (const { operationId } of operations) assert.match(yaml.body, new RegExp(`operationId: ${operationId}\\n`));
  });

  it('API9: lists every route that is served, and no other', () => {
    const documented = operations.map(
      ({ method, template }) => `${method} ${template.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    assert.ok(documented.length >= 17);
    const served = routesServed(app).filter((route) => !PAGE.test(route));
    assert.deepEqual(served.sort(), [...documented, ...DOCS].sort());
  });

  it('names, sorts and guards every operation', () => {
    const document = app.document as { tags?: { name: string }[]; components?: { securitySchemes?: object } };
    const tags = new Set(document.tags?.map(({ name }) => name));
    const schemes = new Set(Object.keys(document.components?.securitySchemes ?? {}));
    assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
    for (const { operationId, tags: own = [], security, ...rest } of operations) {
      assert.match(operationId, /^[a-z][A-Za-z]+$/);
      assert.ok(String((rest as { summary?: string }).summary).length > 3, operationId);
      assert.ok(own.length === 1 && own.every((tag) => tags.has(tag)), operationId);
      assert.ok(Array.isArray(security), `${operationId} says who may call it`);
      for (const scheme of security.flatMap((way) => Object.keys(way))) assert.ok(schemes.has(scheme), operationId);
    }
  });

  it('names the cookie as it is in this mode', async () => {
    const cookie = (of: TestApp) => JSON.stringify((of.document as { components?: object }).components);
    await using production = await startTestApp({ NODE_ENV: 'production', ADMIN_API_KEY: 'x'.repeat(32) });
    assert.match(cookie(app), /"name":"session_id"/);
    assert.match(cookie(production), /"name":"__Host-session_id"/);
  });

  it('ASVS 15.3.1 and 15.3.3: closes every object, in requests and in answers', () => {
    const schemas = [...schemasIn(app.document)];
    assert.ok(schemas.length > 30);
    for (const [way, schema] of schemas) {
      // A vendor's own notes on a license: kept as they are and given back, never looked into.
      if (way.endsWith('/properties/metadata')) continue;
      assert.equal(schema.additionalProperties, false, way);
    }
  });

  it('names the schemas of requests and responses', () => {
    const { schemas = {} } = (app.document as { components?: { schemas?: Record<string, Schema> } }).components ?? {};
    for (const name of [
      ...['User', 'NewUser', 'UserChange', 'Registration', 'Credentials', 'Session', 'Profile', 'Problem'],
      ...['License', 'NewLicense', 'LicenseChange', 'Renewal', 'Activation', 'NewActivation', 'ValidationRequest'],
      ...['Validation', 'CheckoutRequest', 'LicenseFile', 'JsonWebKeySet', 'Connection', 'PairCheck'],
    ]) {
      assert.equal(schemas[name]?.title, name);
    }
    // All that has no name is a list of what has one, or text.
    for (const { operationId, responses } of operations) {
      for (const response of Object.values(responses) as { content?: Record<string, { schema: Schema }> }[]) {
        for (const { schema } of Object.values(response.content ?? {})) {
          const { $ref } = (schema.type === 'array' ? schema.items : schema) as Schema;
          assert.ok($ref !== undefined || schema.allOf !== undefined || schema.type === 'string', operationId);
        }
      }
    }
  });

  it('states bounds, formats and examples as keywords', () => {
    const { schemas = {} } = (app.document as { components?: { schemas?: Record<string, Schema> } }).components ?? {};
    const field = (name: string, of: string) => schemas[of]?.properties?.[name] ?? assert.fail(`${of} has no ${name}`);
    assert.deepEqual([field('name', 'User').minLength, field('name', 'NewUser').maxLength], [1, 200]);
    assert.deepEqual(
      [field('max_activations', 'NewLicense').minimum, field('grace_days', 'License').maximum],
      [1, 365],
    );
    assert.deepEqual([field('id', 'User').format, field('expires_at', 'License').format], ['uuid', 'date-time']);
    const parameters = operations.flatMap(({ operationId, parameters }) =>
      parameters.map(({ name, schema, ...rest }): [string, Schema] => [
        `${operationId} ${name}`,
        { ...rest, ...schema },
      ]),
    );
    const fields = Object.entries(schemas).flatMap(([name, schema]) => [...fieldsIn(name, schema)]);
    assert.ok(fields.length > 200);
    for (const [name, field] of [...fields, ...parameters]) {
      if (field.$ref !== undefined) continue;
      assert.ok(field.description !== undefined, `${name} has a description`);
      const [type] = [field.type].flat();
      if (field.enum !== undefined || field.const !== undefined) continue;
      if (type === 'string' && !ANY_TEXT.has(name)) {
        assert.ok(
          ['minLength', 'maxLength', 'pattern', 'format'].some((keyword) => keyword in field),
          `${name} has a form`,
        );
      }
      if (type === 'integer') assert.ok('minimum' in field, `${name} has a range`);
      if (type === 'string' || type === 'integer') {
        assert.ok(
          [field.example, field.examples].flat().some((one) => one !== undefined),
          `${name} has an example`,
        );
      }
    }
  });

  it('states a bound and an example for every text, also in lists and in headers', () => {
    const { paths, components } = app.document as { paths: object; components: { schemas: object } };
    const texts = [...textsIn({ paths, components: { schemas: components.schemas } })];
    assert.ok(texts.filter(([way]) => way.includes('/headers/')).length > 100);
    const wanting = texts.filter(([way, text]) => {
      if ('enum' in text || 'const' in text) return false;
      const isBounded = ['minLength', 'maxLength', 'pattern', 'format'].some((keyword) => keyword in text);
      return text.examples === undefined || !(isBounded || UNBOUNDED.some((path) => path.test(way)));
    });
    assert.deepEqual(
      wanting.map(([way]) => way),
      [],
    );
  });

  it('shows where a browser at / is sent', async () => {
    const { responses } = operations.find(({ operationId }) => operationId === 'welcome') ?? assert.fail();
    const { headers } = responses['303'] as { headers: Record<string, { schema: Schema }> };
    const navigation = { 'sec-fetch-mode': 'navigate', accept: 'text/html' };
    const answer = await app.call('GET', '/', { headers: navigation });
    assert.deepEqual(headers.Location?.schema.examples, [answer.headers.location]);
  });

  it('ASVS 2.1.1: states the type and the meaning of every field', () => {
    for (const { operationId, bodies, parameters } of operations) {
      const fields = [
        ...Object.values(bodies).flatMap(({ properties = {} }) => Object.entries(properties)),
        ...parameters.map(({ name, schema, ...rest }): [string, Schema] => [name, { ...rest, ...schema }]),
      ];
      for (const [name, field] of fields) {
        assert.ok(field.type !== undefined, `${operationId} ${name}`);
        const isSaid = field.description !== undefined || field.pattern !== undefined;
        assert.ok(isSaid, `${operationId} ${name} says nothing of its bounds`);
      }
    }
  });

  it('lists problems by their codes, each under its own status', () => {
    for (const { operationId, responses } of operations) {
      for (const [status, response] of Object.entries(responses)) {
        const { content } = response as { content?: Record<string, { schema: { allOf: [Schema, Schema] } }> };
        const [problem, narrowed] = content?.['application/problem+json']?.schema.allOf ?? [];
        const codes = narrowed?.properties?.code?.enum;
        if (Number(status) >= 400) assert.equal(problem?.$ref, '#/components/schemas/Problem');
        if (Number(status) >= 400) assert.ok(Array.isArray(codes) && codes.length > 0, `${operationId} ${status}`);
        for (const code of (codes ?? []) as ErrorCode[]) {
          assert.equal(PROBLEMS[code].status, Number(status), `${operationId} ${code}`);
        }
      }
    }
  });

  it('lists every code of the catalogue but those of forms on pages, and those that are answered before a route is found', () => {
    const documented = new Set(
      operations.flatMap(({ responses }) =>
        Object.values(responses).flatMap((response) => {
          const { content } = response as { content?: Record<string, { schema: { allOf: [Schema, Schema] } }> };
          return content?.['application/problem+json']?.schema.allOf[1].properties?.code?.enum ?? [];
        }),
      ),
    );
    assert.deepEqual(
      Object.keys(PROBLEMS).filter((code) => !documented.has(code)),
      ['form-token', 'headers-too-large', 'method-not-allowed', 'misdirected', 'not-found', 'timeout'].map(
        (code) => `request.${code}`,
      ),
    );
  });

  it('lists the problems of every body, and of every route with authentication', () => {
    for (const { operationId, method, bodies, security = [], responses } of operations) {
      const expected = ['400', '500', '503'];
      if (Object.keys(bodies).length > 0) expected.push('413', '415');
      if (method !== 'GET') expected.push('403');
      const missing = expected.filter((status) => !(status in responses));
      assert.deepEqual(missing, [], operationId);
      if (security.length > 0) assert.ok('401' in responses || '403' in responses, operationId);
    }
  });
});
