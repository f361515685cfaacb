import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operationsOf, pathOf, validBody } from './operations.ts';
import { mustBeProblem } from './problems.ts';
import { startTestApp } from './test-app.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

describe('a body in another form than the route takes', () => {
  for (const [what, headers] of [
    ['text/plain', { 'content-type': 'text/plain' }],
    ['no media type', {}],
    ['an empty media type', { 'content-type': '' }],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['XML', { 'content-type': 'application/xml' }],
    ['text/json', { 'content-type': 'text/json' }],
    ['JSON of another kind', { 'content-type': 'application/vnd.api+json' }],
    ['a media type that is none', { 'content-type': 'application' }],
    ['two media types', { 'content-type': 'application/json, text/plain' }],
    ['UTF-16', { 'content-type': 'application/json; charset=utf-16' }],
    ['Latin-1, in quotes', { 'content-type': 'application/json; charset="iso-8859-1"' }],
    ['two character sets', { 'content-type': 'application/json; charset=utf-8; charset=utf-7' }],
    ['gzip', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
    ['an unknown coding', { 'content-type': 'application/json', 'content-encoding': 'x' }],
  ] as const) {
    it(`ASVS 3.5.2: is refused: ${what}`, async () => {
      await using app = await startTestApp();
      const rows = app.rows();
      for (const operation of operationsOf(app)) {
        if (Object.keys(operation.bodies).length === 0) continue;
        const payload = JSON.stringify(validBody(operation, 'application/json'));
        const answer = await app.call(operation.method, pathOf(operation), { payload, headers: { ...headers } });
        mustBeProblem(answer, 415, 'request.unsupported-media-type');
        // The advice names no form where only JSON is accepted.
        if (!(FORM_TYPE in operation.bodies)) assert.doesNotMatch(answer.body, /\bform\b/i, operation.operationId);
      }
      assert.deepEqual(app.rows(), rows);
    });
  }

  it('ASVS 3.5.2: is refused as a form where only JSON is taken', async () => {
    await using app = await startTestApp();
    const rows = app.rows();
    const onlyJson = operationsOf(app).filter(({ bodies }) => JSON_TYPE in bodies && !(FORM_TYPE in bodies));
    assert.deepEqual(onlyJson.map(({ operationId }) => operationId).sort(), [
      'activateLicense',
      'banUser',
      'checkOutLicense',
      'completeLogIn',
      'completeRegistration',
      'confirmEmail',
      'confirmSecondFactor',
      'createToken',
      'elevateSession',
      'generatePassword',
      'importUsers',
      'issueLicense',
      'lookUpLicense',
      'putStaff',
      'ratePassword',
      'register',
      'renewLicense',
      'rotateToken',
      'updateLicense',
      'updateToken',
      'updateUser',
      'validateLicense',
    ]);
    for (const operation of onlyJson) {
      const form = Object.fromEntries(Object.entries(validBody(operation, JSON_TYPE)).map(([k, v]) => [k, String(v)]));
      const answer = await app.call(operation.method, pathOf(operation), { form });
      mustBeProblem(answer, 415, 'request.unsupported-media-type', /application\/json/);
    }
    assert.deepEqual(app.rows(), rows);
  });

  it('is taken whatever the case of its media type, and with its character set named', async () => {
    await using app = await startTestApp();
    const json = { email: 'eve@example.com', password: 'a harmless pass phrase', age: 33 };
    for (const [index, type] of [
      'Application/JSON',
      'application/json;charset=UTF-8',
      'application/json; charset=utf8',
    ].entries()) {
      const payload = JSON.stringify({ ...json, email: `eve${index}@example.com` });
      const answer = await app.call('POST', '/register', { payload, headers: { 'content-type': type } });
      assert.equal(answer.status, 201);
    }
    const headers = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset="utf-8"' };
    const payload = 'email=form%40example.com&password=a+harmless+pass+phrase';
    const answer = await app.call('POST', '/users', { payload, headers });
    assert.deepEqual([answer.status, answer.json()], [200, { email: 'form@example.com', message: 'user created' }]);
  });
});
