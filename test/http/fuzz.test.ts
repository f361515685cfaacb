import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { ODD_IDS } from './odd-ids.ts';
import { type Operation, operationsOf, type Schema, UNKNOWN_ID } from './operations.ts';
import { join, type Person } from './people.ts';
import { startTestApp, type TestApp } from './test-app.ts';

const JSON_TYPE = 'application/json';
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });

/** Keywords of bounds: either the edge enforces them or the domain, with a code of its own. */
const BOUNDS = new Set(['minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'maxItems', 'uniqueItems']);

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary', minLength: 100, maxLength: 3_000 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    'ada@example.com',
    'a harmless pass phrase',
    '__proto__',
    'constructor',
    '%2561',
    '\r\n',
  ),
  fc.emailAddress(),
);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 18, 130, 131, 1.5, 2 ** 31, 2 ** 53, 1e308));
const anything = fc.oneof(text, number, fc.jsonValue({ maxDepth: 3 }));

/** Valid values nearly always; now and then anything at all. */
const valueFor = (schema: Schema): fc.Arbitrary<unknown> => {
  const types = [schema.type ?? []].flat();
  const valid = types.includes('integer') ? fc.oneof(number, fc.integer({ min: 1, max: 130 })) : text;
  return fc.oneof({ weight: 6, arbitrary: valid }, { weight: 1, arbitrary: anything });
};

const objectFor = ({ properties = {}, required = [] }: Schema): fc.Arbitrary<Record<string, unknown>> => {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valueFor(schema)]));
  const known = fc.oneof(
    fc.record(fields, { requiredKeys: required.filter((name) => name in fields) }),
    fc.record(fields, { requiredKeys: [] }),
  );
  const surplus = fc.dictionary(text, anything, { maxKeys: 2 });
  return fc.oneof(
    { weight: 6, arbitrary: known },
    { weight: 1, arbitrary: fc.tuple(known, surplus).map(([valid, more]) => ({ ...more, ...valid })) },
  );
};

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
});

const oddHeaders: fc.Arbitrary<Readonly<Record<string, string>>> = fc.dictionary(
  fc.constantFrom('cookie', 'authorization', 'user-agent', 'x-request-id', 'x-forwarded-for', 'accept'),
  headerText,
);

/** What a client may send to `operation`, and whether its document has nothing against it. */
const requestFor = (operation: Operation, ownId: string) => {
  const query = operation.parameters.filter((parameter) => parameter.in === 'query');
  const querySchema = { properties: Object.fromEntries(query.map(({ name, schema }) => [name, schema])) };
  const bodies = Object.entries(operation.bodies);
  return fc.record({
    operationId: fc.constant(operation.operationId),
    id: fc.oneof(
      fc.constantFrom(UNKNOWN_ID, operation.operationId === 'deleteUser' ? UNKNOWN_ID : ownId),
      fc.uuid({ version: 7 }),
      fc.uuid(),
      fc.constantFrom(...ODD_IDS),
      text.filter((id) => !/^\.{0,2}$/.test(id)),
    ),
    query: query.length === 0 ? fc.constant({}) : objectFor(querySchema),
    body:
      bodies.length === 0
        ? fc.constant(undefined)
        : fc.oneof(
            ...bodies.map(([mediaType, schema]) =>
              fc.tuple(
                fc.constant(mediaType),
                mediaType === JSON_TYPE
                  ? fc.oneof({ weight: 9, arbitrary: objectFor(schema) }, { weight: 1, arbitrary: anything })
                  : objectFor(schema),
              ),
            ),
          ),
    isLoggedIn: fc.boolean(),
    headers: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Readonly<Record<string, string>>>({}) },
      { weight: 1, arbitrary: oddHeaders },
    ),
  });
};

type Request = ReturnType<typeof requestFor> extends fc.Arbitrary<infer Value> ? Value : never;

const formOf = (body: unknown): [string, string][] =>
  Object.entries(body as object).map(([name, value]) => [name, asText(value)]);

const send = (app: TestApp, session: string, operation: Operation, request: Request) => {
  const { id, query, body, headers, isLoggedIn } = request;
  const path = operation.template.replaceAll(/\{\w+\}/g, encodeURIComponent(id));
  const search = new URLSearchParams(formOf(query)).toString();
  const [mediaType, value] = body ?? [];
  const payload =
    mediaType === undefined
      ? undefined
      : mediaType === JSON_TYPE
        ? JSON.stringify(value)
        : new URLSearchParams(formOf(value)).toString();
  return app.call(operation.method, search === '' ? path : `${path}?${search}`, {
    ...(payload === undefined ? {} : { payload }),
    headers: { ...headers, ...(mediaType === undefined ? {} : { 'content-type': mediaType }) },
    ...(isLoggedIn && operation.operationId !== 'logOut' && headers.cookie === undefined ? { session } : {}),
  });
};

/** The keywords of the document that this request breaks. */
const brokenKeywords = (operation: Operation, { id, query, body }: Request): readonly string[] => {
  const broken = (schema: Schema | undefined, value: unknown): string[] =>
    schema === undefined || ajv.validate(schema, value) ? [] : (ajv.errors ?? []).map(({ keyword }) => keyword);
  const parameters = operation.parameters.flatMap(({ name, in: place, schema }) => {
    if (place === 'path') return broken(schema, id);
    const given = (query as Record<string, unknown>)[name];
    if (given === undefined) return [];
    const raw = asText(given);
    return broken(schema, schema.type === 'integer' && /^\d{1,9}$/.test(raw) ? Number(raw) : raw);
  });
  const known = new Set(operation.parameters.map(({ name }) => name));
  const unknown = Object.keys(query).some((name) => !known.has(name)) ? ['additionalProperties'] : [];
  if (body === undefined) return [...parameters, ...unknown];
  const [mediaType, value] = body;
  // What JSON makes of it: no `undefined`, no `-0`.
  const arrived = mediaType === JSON_TYPE ? JSON.parse(JSON.stringify(value)) : Object.fromEntries(formOf(value));
  return [...parameters, ...unknown, ...broken(operation.bodies[mediaType], arrived)];
};

describe('random requests from the OpenAPI document', () => {
  let app: TestApp;
  let ada: Person;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off', PASSWORD_MIN_LENGTH: '1', MINIMUM_AGE: '0' });
    ada = await join(app);
  });
  after(() => app[Symbol.asyncDispose]());

  it('ASVS 2.2.1, 2.2.2 and 15.3.6: are refused as malformed if, and only if, the document forbids them; none causes a 500', async () => {
    const untouched = Object.getOwnPropertyNames(Object.prototype);
    const operations = new Map(operationsOf(app).map((operation) => [operation.operationId, operation]));
    const requests = fc.oneof(...[...operations.values()].map((operation) => requestFor(operation, ada.id)));
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const operation = operations.get(request.operationId) as Operation;
        const answer = await send(app, ada.session, operation, request);
        assert.ok(answer.status < 500, answer.body);
        const isProblem = answer.status >= 400 && String(answer.headers['content-type']).includes('problem');
        const wasMalformed = isProblem && answer.json().code === 'request.invalid';
        // A cursor of the right form may still not be one of ours.
        if ('cursor' in request.query && wasMalformed) return;
        const broken = brokenKeywords(operation, request);
        if (broken.length > 0 && broken.every((keyword) => BOUNDS.has(keyword))) {
          assert.ok(answer.status >= 400, `${broken} broken, yet ${answer.status}`);
        } else {
          assert.equal(wasMalformed, broken.length > 0, answer.body);
        }
      }),
      // Shrinking a request of thousands of characters takes more memory than there is; the seed repeats the run.
      { numRuns: 1_500, endOnFailure: true },
    );
    assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), untouched);
  });
});
