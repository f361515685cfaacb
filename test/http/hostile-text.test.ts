import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { VALID_BODIES } from './operations.ts';
import { join } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { startTestApp, type TestApp } from './test-app.ts';

describe('hostile text', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off' });
  });
  after(() => app[Symbol.asyncDispose]());

  it('is refused and its field named where it would be kept', async () => {
    const { id, session, password } = await join(app, 'victim@example.com');
    const kept = [
      ['POST', '/register', VALID_BODIES.register],
      ['POST', '/users', VALID_BODIES.createUser],
      ['PATCH', `/users/${id}`, { current_password: password }],
    ] as const;
    const rows = app.rows();
    const long = 'a'.repeat(5_000);
    const emails = [
      '',
      ' ',
      'a\u0000@example.com',
      'a@example.com\r\nBcc: b@example.com',
      long,
      `${long}@example.com`,
      `a@${long}.com`,
    ];
    const names = ['', 'a\u0000b', 'a\r\nb', 'a\u2028b', '\u001b[31m', long, '😀'.repeat(201)];
    for (const [method, path, valid] of kept) {
      for (const [field, texts] of Object.entries({
        email: emails,
        name: names,
        password: ['', 'short', long, 'password1'],
      })) {
        for (const text of texts) {
          const answer = await app.call(method, path, { session, json: { ...valid, [field]: text } });
          mustBeProblem(answer, 422, 'user.invalid', field);
        }
      }
    }
    assert.deepEqual(app.rows(), rows);
  });

  it('opens nothing where it is only looked up', async () => {
    const rows = app.rows();
    const long = 'a'.repeat(5_000);
    const texts = [
      '',
      '\u0000',
      long,
      "' or 1=1 --",
      '%',
      '_',
      '#{7*7}',
      '{{7*7}}',
      '😀'.repeat(1_000),
      '\u0301'.repeat(4_000),
    ];
    for (const text of texts) {
      const answers = {
        login: await app.call('POST', '/sessions', { json: { email: text, password: text } }),
        form: await app.call('POST', '/sessions', { form: { email: text, password: text } }),
        request: await app.call('POST', '/reset_password', { json: { email: text } }),
        reset: await app.call('PUT', '/reset_password', {
          json: { email: text, reset_token: text, new_password: 'a harmless new phrase' },
        }),
      };
      mustBeProblem(answers.login, 401, 'credentials.wrong');
      mustBeProblem(answers.form, 401, 'credentials.wrong');
      mustBeProblem(answers.request, 403, 'password-reset.unknown-address');
      mustBeProblem(answers.reset, 403, 'password-reset.refused');
    }
    assert.deepEqual(app.rows(), rows);
  });
});
