import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Operation, operationsOf, pathOf, type Schema, validBody } from './operations.ts';
import { mustBeProblem } from './problems.ts';
import { startTestApp, type TestApp } from './test-app.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** What is of another type than the schema wants, whichever that is. */
const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  string: ['1', '1e308', '1e400', '-1', 'true', '[]', '["a"]', '{}', 'null'],
  array: ['1', '"a"', 'true', '{}', 'null'],
  object: ['1', '"a"', 'true', '[]', 'null'],
  integer: ['"30"', '""', '1.5', '1e-1', '1e400', '-1e400', 'true', '[30]', '{"a":30}', 'null'],
  boolean: ['1', '0', '"true"', '"on"', '""', '[]', '[true]', '{}', 'null'],
};

const SURPLUS = [
  'role',
  'id',
  'isAdministrator',
  'constructor',
  'toString',
  'hasOwnProperty',
  'password_hash',
  'Email',
];

const written = (mediaType: string, body: object): string =>
  mediaType === FORM_TYPE
    ? new URLSearchParams(
        Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]),
      ).toString()
    : JSON.stringify(body);

const typesOf = ({ type }: Schema): readonly string[] => [type ?? []].flat();

describe('a field', () => {
  let app: TestApp;
  let operations: readonly Operation[];
  let victim: { id: string };
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off' });
    operations = operationsOf(app).filter(({ bodies }) => Object.keys(bodies).length > 0);
    victim = (await app.call('POST', '/users', { json: { email: 'victim@example.com', name: 'Vic', age: 40 } })).json();
  });
  after(async () => {
    assert.deepEqual((await app.call('GET', `/users/${victim.id}`)).json(), victim);
    await app[Symbol.asyncDispose]();
  });

  const send = (operation: Operation, mediaType: string, payload: string) =>
    app.call(operation.method, pathOf(operation, victim.id), { payload, headers: { 'content-type': mediaType } });

  /** JSON by hand, so that numbers stay as they are written. */
  const withField = (operation: Operation, field: string, raw: string): string => {
    const { [field]: _, ...rest } = validBody(operation, JSON_TYPE);
    const others = JSON.stringify(rest).slice(1, -1);
    return `{${others}${others === '' ? '' : ','}${JSON.stringify(field)}:${raw}}`;
  };

  it('that is needed and missing is named, on every route, in JSON and in forms', async () => {
    const rows = app.rows();
    for (const operation of operations) {
      for (const [mediaType, schema] of Object.entries(operation.bodies)) {
        for (const field of schema.required ?? []) {
          const { [field]: _, ...rest } = validBody(operation, mediaType);
          const payload = written(mediaType, rest);
          mustBeProblem(
            await send(operation, mediaType, payload),
            400,
            'request.invalid',
            new RegExp(`^${field} is required`),
          );
        }
      }
    }
    assert.deepEqual(app.rows(), rows);
  });

  it('ASVS 15.3.3: that a route does not know is refused and named, also where it exists in the store', async () => {
    const rows = app.rows();
    for (const operation of operations) {
      for (const mediaType of Object.keys(operation.bodies)) {
        for (const field of SURPLUS) {
          const body = { ...validBody(operation, mediaType), [field]: 'x' };
          const payload = written(mediaType, body);
          mustBeProblem(await send(operation, mediaType, payload), 400, 'request.invalid', field);
        }
      }
    }
    assert.deepEqual(app.rows(), rows);
  });

  it('ASVS 15.3.5: of another type is refused and named, and nothing is bent to fit', async () => {
    const rows = app.rows();
    let asked = 0;
    for (const operation of operations) {
      for (const [field, schema] of Object.entries(operation.bodies[JSON_TYPE]?.properties ?? {})) {
        const types = typesOf(schema);
        for (const raw of OF_TYPE[types[0] ?? ''] ?? assert.fail(`OF_TYPE lacks ${types}`)) {
          if (types.includes(raw)) continue;
          const answer = await send(operation, JSON_TYPE, withField(operation, field, raw));
          mustBeProblem(answer, 400, 'request.invalid', field);
          assert.equal(answer.json().errors.length, 1, `one fault, one sentence: ${answer.body}`);
          asked += 1;
        }
      }
    }
    assert.ok(asked > 100, `only ${asked} asked`);
    assert.deepEqual(app.rows(), rows);
  });

  it('ASVS 1.4.2: with a number out of bounds is refused and named', async () => {
    const rows = app.rows();
    const numbers = ['-1', '-0', '17', '131', '2147483648', '9007199254740992', '1e308', '18446744073709551616'];
    for (const operation of operations) {
      if (operation.bodies[JSON_TYPE]?.properties?.age === undefined) continue;
      for (const raw of numbers) {
        const answer = await send(operation, JSON_TYPE, withField(operation, 'age', raw));
        mustBeProblem(answer, 422, 'user.invalid', 'age');
      }
    }
    assert.deepEqual(app.rows(), rows);
  });

  it('with a number that would not be kept as it was sent is rejected and named (beads#6330)', async () => {
    const rows = app.rows();
    for (const raw of ['9007199254740993', '-9007199254740993', '1e400', '-1e400', '1e-400', '0.1234567890123456789']) {
      for (const operation of operations) {
        const field = Object.keys(operation.bodies[JSON_TYPE]?.properties ?? {})[0];
        if (field === undefined) continue;
        const answer = await send(operation, JSON_TYPE, withField(operation, field, raw));
        mustBeProblem(answer, 400, 'request.invalid', field);
        assert.equal(answer.json().errors.length, 1, answer.body);
      }
    }
    assert.deepEqual(app.rows(), rows);
  });

  it('reports all errors at once, one message each, at most twenty', async () => {
    const three = await app.call('POST', '/register', { json: { email: 5, age: '30', more: true } });
    mustBeProblem(three, 400, 'request.invalid');
    assert.deepEqual(three.json().errors.sort(), [
      'age must be a whole number.',
      'email must be a string.',
      'more is not a field of this request.',
      'password is required.',
    ]);
    const rules = await app.call('POST', '/register', { json: { email: 'x', age: 3, password: 'y', name: '' } });
    mustBeProblem(rules, 422, 'user.invalid');
    assert.deepEqual(
      rules.json().errors.map((sentence: string) => sentence.split(' ')[0]),
      ['email', 'password', 'age', 'name'],
    );
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`, index]));
    assert.equal((await app.call('POST', '/register', { json: many })).json().errors.length, 20);
    const double = 'a=1&'.repeat(2) + Array.from({ length: 1_000 }, (_, index) => `f${index}=1&f${index}=2`).join('&');
    const form = await app.call('POST', '/sessions', {
      payload: double,
      headers: { 'content-type': FORM_TYPE },
    });
    assert.equal(form.json().errors.length, 20);
  });

  it('is named in well-formed Unicode however long its name is', async () => {
    const answer = await app.call('POST', '/register', { json: { [`${'a'.repeat(59)}😀`]: 1 } });
    mustBeProblem(answer, 400, 'request.invalid', /^a{59}/);
    for (const sentence of answer.json().errors) assert.ok(sentence.isWellFormed() && sentence.length < 120, sentence);
  });

  it('is needed at all in a change', async () => {
    mustBeProblem(await app.call('PATCH', `/users/${victim.id}`, { json: {} }), 400, 'request.invalid');
  });
});
