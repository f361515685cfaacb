import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Operation, operationsOf, pathOf } from './operations.ts';
import { mustBeProblem } from './problems.ts';
import { startTestApp, type TestApp } from './test-app.ts';

type Body = string | Buffer;
type Fault = readonly [what: string, body: Body];

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const bytes = (...values: number[]) => Buffer.from(values);
const around = (middle: Buffer) => Buffer.concat([Buffer.from('{"email":"'), middle, Buffer.from('"}')]);

const NOT_JSON: readonly Fault[] = [
  ['an open brace', '{'],
  ['a trailing comma', '{"email":"a@example.com",}'],
  ['a missing value', '{"email":}'],
  ['single quotes', "{'email':'a@example.com'}"],
  ['no quotes', '{email:1}'],
  ['a comment', '{"email":"a@example.com"/* hello */}'],
  ['two values', '{}{}'],
  ['garbage behind it', '{"email":"a@example.com"} x'],
  ['only spaces', '   '],
  ['NaN', '{"age":NaN}'],
  ['a number in hexadecimal', '{"age":0x1f}'],
  ['a raw NUL', '{"email":"a\u0000b"}'],
  ['a raw line end in a string', '{"email":"a\nb"}'],
  ['UTF-16', Buffer.from('{"email":"a@example.com"}', 'utf16le')],
  ['a form', 'email=a%40example.com'],
];

const sixtyFive = Array.from({ length: 65 }, (_, index) => `"field${index}":1`).join();

const NOT_ONE_MEANING: readonly (readonly [...Fault, naming: RegExp])[] = [
  ['a byte order mark', '\uFEFF{}', /byte order mark/],
  ['a byte that is not UTF-8', around(bytes(0xff)), /UTF-8/],
  ['an overlong encoding', around(bytes(0xc0, 0x80)), /UTF-8/],
  ['a raw lone surrogate', around(bytes(0xed, 0xa0, 0x80)), /UTF-8/],
  ['a lone high surrogate, escaped', '{"email":"\\ud800"}', /surrogate/],
  ['a lone low surrogate, escaped', '{"email":"\\udc00"}', /surrogate/],
  ['surrogates the wrong way round', '{"email":"\\uDE00\\uD83D"}', /surrogate/],
  ['a lone surrogate in a key', '{"\\uDFFF":1}', /surrogate/],
  ['a key twice', '{"email":"a@example.com","email":"b@example.com"}', /^email /],
  ['a key twice, once escaped', '{"email":"a@example.com","\\u0065mail":"b@example.com"}', /^email /],
  ['a key twice among 65', `{${sixtyFive},"field0":2}`, /^field0 .* once/],
  ['a key twice further down', '{"email":[{"b":{},"c":"}","b":2}]}', /^b /],
];

const INTO_PROTOTYPES: readonly Fault[] = [
  ['__proto__', '{"__proto__":{"isAdministrator":true}}'],
  ['__proto__, escaped', '{"\\u005f_proto__":{"isAdministrator":true}}'],
  ['__proto__ further down', '{"email":{"__proto__":{"isAdministrator":true}}}'],
  ['constructor.prototype', '{"constructor":{"prototype":{"isAdministrator":true}}}'],
  ['constructor.prototype in a list', '{"email":[{"constructor":{"prototype":{"isAdministrator":true}}}]}'],
];

const NOT_AN_OBJECT: readonly Fault[] = [
  ['null', 'null'],
  ['true', 'true'],
  ['a number', '1e308'],
  ['a number beyond all numbers', '1e400'],
  ['a string', '"email"'],
  ['an empty list', '[]'],
  ['a list of objects', '[{"email":"a@example.com"}]'],
  ['30,000 brackets', '['.repeat(30_000) + ']'.repeat(30_000)],
];

describe('a body that the route does not take', () => {
  let app: TestApp;
  let operations: readonly Operation[];
  before(async () => {
    app = await startTestApp();
    operations = operationsOf(app).filter(({ method, bodies }) => method !== 'GET' && Object.keys(bodies).length === 0);
    assert.ok(operations.length >= 15, 'too few routes without a body');
  });
  after(() => app[Symbol.asyncDispose]());

  for (const [what, mediaType, body, naming] of [
    ['it has a field', JSON_TYPE, '{"to":"x"}', /^to is not a field of this request/],
    ['it has two fields', JSON_TYPE, '{"to":"x","reason":null}', /^reason is not a field of this request/],
    ['it is a form with a field', FORM_TYPE, 'a=b', /^a is not a field of this request/],
    ...NOT_AN_OBJECT.map(([fault, text]) => [`it is ${fault}`, JSON_TYPE, text, /JSON object/] as const),
  ] as const) {
    it(`is refused where ${what}`, async () => {
      const rows = app.rows();
      for (const operation of operations) {
        const ask = { payload: body, headers: { 'content-type': mediaType } };
        const answer = await app.call(operation.method, pathOf(operation), ask);
        mustBeProblem(answer, 400, 'request.invalid', naming);
      }
      assert.deepEqual(app.rows(), rows);
    });
  }

  it('is taken where it has no field', async () => {
    for (const operation of operations) {
      const bare = await app.call(operation.method, pathOf(operation));
      assert.notEqual(bare.status, 400, bare.body);
      for (const [type, payload] of [
        [JSON_TYPE, '{}'],
        [JSON_TYPE, ''],
        [FORM_TYPE, ''],
      ] as const) {
        const answer = await app.call(operation.method, pathOf(operation), {
          payload,
          headers: { 'content-type': type },
        });
        assert.equal(answer.status, bare.status, `${operation.operationId} ${type} ${payload}`);
      }
    }
  });
});

describe('a body that cannot be read', () => {
  let app: TestApp;
  let operations: readonly Operation[];
  before(async () => {
    app = await startTestApp();
    operations = operationsOf(app).filter(({ bodies }) => Object.keys(bodies).length > 0);
    assert.ok(operations.length >= 6, 'too few routes with a body');
  });
  after(() => app[Symbol.asyncDispose]());

  /** Sends `body` to every route with one, and holds that nothing came of it. */
  const everywhere = async (mediaType: string, body: Body, headers: Record<string, string> = {}) => {
    const rows = app.rows();
    const answers = await Promise.all(
      operations
        .filter(({ bodies }) => mediaType in bodies)
        .map((operation) =>
          app.call(operation.method, pathOf(operation), {
            payload: body,
            headers: { 'content-type': mediaType, ...headers },
          }),
        ),
    );
    assert.ok(answers.length > 0);
    assert.deepEqual(app.rows(), rows);
    return answers;
  };

  for (const [what, body] of NOT_JSON) {
    it(`is refused: ${what}`, async () => {
      for (const answer of await everywhere(JSON_TYPE, body)) mustBeProblem(answer, 400, 'request.invalid', /JSON/);
    });
  }

  for (const [what, body, naming] of NOT_ONE_MEANING) {
    it(`ASVS 1.5.3: is refused where two parsers could differ: ${what}`, async () => {
      for (const answer of await everywhere(JSON_TYPE, body)) mustBeProblem(answer, 400, 'request.invalid', naming);
    });
  }

  for (const [what, body] of INTO_PROTOTYPES) {
    it(`ASVS 1.5.2: is refused where it reaches into prototypes: ${what}`, async () => {
      for (const answer of await everywhere(JSON_TYPE, body))
        mustBeProblem(answer, 400, 'request.invalid', /^__proto__ and constructor\.prototype /);
      assert.equal(({} as Record<string, unknown>).isAdministrator, undefined);
    });
  }

  for (const [what, body] of NOT_AN_OBJECT) {
    it(`is refused where it is no object: ${what}`, async () => {
      for (const answer of await everywhere(JSON_TYPE, body)) {
        mustBeProblem(answer, 400, 'request.invalid', /JSON object/);
      }
    });
  }

  for (const [what, body, naming] of [
    ['a byte that is not UTF-8', bytes(0x65, 0x3d, 0xff), /UTF-8/],
    ['percent-encoding that is no UTF-8', 'email=%ff', /UTF-8/],
    ['half of a surrogate pair, percent-encoded', 'email=%ed%a0%80', /UTF-8/],
    ['percent-encoding that breaks off', 'email=%4', /percent-encoded/],
    ['percent-encoding with characters other than hexadecimal digits', 'email=%zz', /percent-encoded/],
    ['a byte order mark', '\uFEFFemail=a', /byte order mark/],
    ['a field twice', 'email=a%40example.com&email=b%40example.com', /^email /],
    ['__proto__', 'email=a&password=b&__proto__=c', /^__proto__ /],
    ['a field without a name', 'email=a&password=b&=c', /^A field without a name /],
    ['JSON', '{"email":"a@example.com"}', /^email is required/],
  ] as const) {
    it(`is refused where the form is broken: ${what}`, async () => {
      for (const answer of await everywhere(FORM_TYPE, body)) mustBeProblem(answer, 400, 'request.invalid', naming);
    });
  }

  it('is refused where it is missing, with or without a media type', async () => {
    const rows = app.rows();
    const needing = operations.filter(({ isBodyNeeded }) => isBodyNeeded);
    assert.ok(needing.length >= 8);
    for (const operation of needing) {
      for (const headers of [{}, { 'content-type': JSON_TYPE }, { 'content-type': JSON_TYPE, 'content-length': '0' }]) {
        mustBeProblem(await app.call(operation.method, pathOf(operation), { headers }), 400, 'request.invalid', /body/);
      }
    }
    assert.deepEqual(app.rows(), rows);
  });

  it('is refused past 65,536 bytes, and read up to them', async () => {
    const sized = (size: number) => `{"x":"${'a'.repeat(size - 8)}"}`;
    for (const answer of await everywhere(JSON_TYPE, sized(65_536))) mustBeProblem(answer, 400, 'request.invalid', 'x');
    for (const size of [65_537, 3_000_000]) {
      for (const answer of await everywhere(JSON_TYPE, sized(size))) mustBeProblem(answer, 413, 'request.too-large');
      for (const answer of await everywhere(FORM_TYPE, `email=${'a'.repeat(size)}`)) {
        mustBeProblem(answer, 413, 'request.too-large');
      }
    }
  });

  it('is refused with the maximum size in the message', async () => {
    await using small = await startTestApp({}, undefined, { limits: { bodyBytes: 2_000 } });
    const json = { email: 'a'.repeat(70_000) };
    for (const [{ call }, bytes] of [
      [app, '65,536 bytes'],
      [small, '2,000 bytes'],
    ] as const) {
      mustBeProblem(
        await call('POST', '/register', { json }),
        413,
        'request.too-large',
        new RegExp(`at most ${bytes}`),
      );
    }
  });

  it('costs little processor time, however it is nested', async () => {
    const nested = `{"email":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`;
    // Processor time, because a clock would also count what other programs do meanwhile.
    const started = process.threadCpuUsage();
    for (const answer of await everywhere(JSON_TYPE, nested)) mustBeProblem(answer, 400, 'request.invalid', 'email');
    for (const answer of await everywhere(FORM_TYPE, 'a&'.repeat(32_000)))
      mustBeProblem(answer, 400, 'request.invalid');
    const { user, system } = process.threadCpuUsage(started);
    assert.ok(user + system < 5_000_000, `${user + system} µs`);
  });
});
