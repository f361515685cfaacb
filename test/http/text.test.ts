import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { join, type Person } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { startTestApp, type TestApp } from './test-app.ts';

/** Names that mean something to a page, a mail, a template, a query or a shell. */
const CUNNING = [
  '"><img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '{{7*7}} #{7*7} <%= 7*7 %> {7*7}',
  "Robert'); DROP TABLE users;--",
  '%s%j%o%n %d',
  '=1+1',
  '`id` $(id) ; id',
  '\\u0000 \\x00 \\n',
  'Ünïcödé 鳥居 🦉',
];

describe('text that people give', () => {
  let app: TestApp;
  let ada: Person;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off' });
    ada = await join(app);
  });
  after(() => app[Symbol.asyncDispose]());

  const rename = (name: string) => app.call('PATCH', `/users/${ada.id}`, { session: ada.session, json: { name } });

  it('ASVS 1.1.2 and 1.2.1: comes back as it was, as data, and adds no header', async () => {
    const names = Object.keys((await rename('Ada')).headers).sort();
    for (const name of CUNNING) {
      const answer = await rename(name);
      assert.equal(answer.json().name, name);
      assert.match(String(answer.headers['content-type']), /^application\/json/);
      assert.deepEqual(Object.keys(answer.headers).sort(), names);
      assert.equal((await app.call('GET', `/users/${ada.id}`)).json().name, name);
    }
  });

  it('ASVS 1.1.2: of any kind comes back as it was, or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 220 }), async (name) => {
        const answer = await rename(name);
        if (answer.status === 422) return;
        assert.equal(answer.status, 200, answer.body);
        const { name: kept } = (await app.call('GET', `/users/${ada.id}`)).json();
        assert.equal(kept.normalize('NFC').trim(), name.normalize('NFC').trim());
      }),
      { numRuns: 150 },
    );
  });

  it('ASVS 1.2.1: cannot end a header: an address with a line end is refused everywhere', async () => {
    for (const email of ['a@example.com\r\nX-Evil: 1', 'a@example.com\nBcc: b@example.com', 'a\u0000@example.com']) {
      const json = { email, password: 'a harmless pass phrase', age: 36 };
      mustBeProblem(await app.call('POST', '/register', { json }), 422, 'user.invalid', 'email');
      const form = await app.call('POST', '/users', { form: { email, password: json.password } });
      mustBeProblem(form, 422, 'user.invalid', 'email');
      const change = { session: ada.session, json: { email, current_password: ada.password } };
      mustBeProblem(await app.call('PATCH', `/users/${ada.id}`, change), 422, 'user.invalid', 'email');
    }
    for (const query of ['email=a%0d%0aX-Evil:%201&limit=1', 'email=%3E%3B%20rel%3D%22evil']) {
      const answer = await app.call('GET', `/users?${query}`);
      assert.deepEqual([answer.status, answer.headers['x-evil'], answer.headers.link], [200, undefined, undefined]);
    }
  });

  it('ASVS 1.3.12: costs next to no processor time to check, however it is made', async () => {
    const traps = [
      `${'a'.repeat(60_000)}`,
      `${'a.'.repeat(30_000)}@`,
      `a@${'a.'.repeat(29_000)}`,
      `${'a@'.repeat(30_000)}`,
      `a@${'-'.repeat(59_000)}`,
      '\u0301'.repeat(19_000),
      `${' '.repeat(59_000)}x`,
      `"${'\\'.repeat(29_000)}`,
    ];
    for (const trap of traps) {
      // Processor time, because a clock would also count what other programs do meanwhile.
      const started = process.threadCpuUsage();
      await app.call('POST', '/users', { json: { email: trap } });
      await app.call('POST', '/users', { json: { email: 'a@example.com', name: trap } });
      await app.call('POST', '/sessions', { json: { email: trap, password: 'x' } });
      await app.call('GET', `/users?email=${encodeURIComponent(trap.slice(0, 1_500))}&cursor=${'a'.repeat(4_000)}`);
      const { user, system } = process.threadCpuUsage(started);
      const ms = (user + system) / 1_000;
      assert.ok(ms < 2_000, `${ms} ms for ${trap.slice(0, 20)}…`);
    }
  });
});
