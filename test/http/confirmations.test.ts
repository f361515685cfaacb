import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { aPostgresDatabase } from '../postgres/shared-postgres.ts';
import { join, logIn, PASSWORD } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CONFIRMED = { REGISTRATION: 'confirmed' };

const tokenIn = (text: string | undefined): string =>
  /token: (\S+)/.exec(text ?? '')?.[1] ?? assert.fail(`no token: ${text}`);

/** The emails that a person has got since the last call. */
const mailsTo = async (app: TestApp, to: string, from = 0) => {
  await app.deliverMail();
  return app.post.sent.slice(from).flatMap(({ mail }) => (mail.to === to ? [mail] : []));
};

const request = (app: TestApp, email: string, more: object = {}) =>
  app.call('POST', '/register', { json: { email, ...more } });

const complete = (app: TestApp, email: string, confirmation_token: string, more: object = {}) =>
  app.call('PUT', '/register', { json: { email, confirmation_token, password: PASSWORD, age: 36, ...more } });

const confirm = (app: TestApp, confirmation_token: string) =>
  app.call('PUT', '/confirmations', { json: { confirmation_token } });

/** Registers, confirms and logs in. */
const joinConfirmed = async (app: TestApp, email = 'ada@example.com') => {
  await request(app, email);
  const [mail] = (await mailsTo(app, email)).slice(-1);
  const user = (await complete(app, email, tokenIn(mail?.text))).json();
  await app.deliverMail();
  return { id: user.id as string, session: await logIn(app, email) };
};

const pendingOf = async (app: TestApp, { id, session }: { id: string; session: string }) => {
  const { email } = (await app.call('GET', `/users/${id}`, { session })).json();
  return email as string;
};

describe('POST /register with confirmed registration', () => {
  it('ASVS 6.3.8: answers a free and a registered address the same, and writes the same rows', async () => {
    await using app = await startTestApp(CONFIRMED);
    await joinConfirmed(app);
    const seen: unknown[] = [];
    for (const email of ['ada@example.com', 'new@example.com']) {
      const before = app.rows();
      const answer = await request(app, email);
      const { outbox = 0, attempts = 0, users = 0, confirmations = 0 } = app.rows();
      const added = [outbox - (before.outbox ?? 0), attempts - (before.attempts ?? 0)];
      const kept = [users - (before.users ?? 0), confirmations - (before.confirmations ?? 0)];
      seen.push([answer.status, answer.body.replace(email, ''), Object.keys(answer.headers).sort(), added[0], ...kept]);
    }
    assert.deepEqual(seen[0], seen[1]);
    assert.deepEqual((await request(app, 'Third@example.com')).json(), {
      email: 'Third@example.com',
      message: 'If this address is free, a mail is on its way.',
    });
  });

  it('sends a token to a free address, and a notice to a registered one, once a day', async () => {
    await using app = await startTestApp(CONFIRMED);
    await joinConfirmed(app);
    const sent = app.post.sent.length;
    for (const _ of [1, 2]) await request(app, 'ADA@example.com');
    await request(app, 'new@example.com');
    assert.deepEqual(
      (await mailsTo(app, 'ada@example.com', sent)).map(({ subject }) => subject),
      ['You already have an account'],
    );
    tokenIn((await mailsTo(app, 'new@example.com'))[0]?.text);
    app.clock.advance(DAY_MS);
    await request(app, 'ada@example.com');
    assert.equal((await mailsTo(app, 'ada@example.com', sent)).length, 2);
  });

  it('sends the notice although the first attempt to send it failed', async () => {
    await using app = await startTestApp(CONFIRMED);
    await joinConfirmed(app);
    const sent = app.post.sent.length;
    await request(app, 'ada@example.com');
    app.post.goDown();
    await app.deliverMail();
    app.post.comeBack();
    app.clock.advance(HOUR_MS);
    assert.equal((await mailsTo(app, 'ada@example.com', sent)).length, 1);
  });

  it('keeps no email about a change from the owner, however many requests there are for the address', async () => {
    await using app = await startTestApp(CONFIRMED);
    const { id, session } = await joinConfirmed(app);
    for (const _ of Array(25)) await request(app, 'ada@example.com');
    await mailsTo(app, 'ada@example.com');
    const sent = app.post.sent.length;
    const json = { email: 'new@example.com', current_password: PASSWORD };
    assert.equal((await app.call('PATCH', `/users/${id}`, { session, json })).status, 200);
    const subjects = (await mailsTo(app, 'ada@example.com', sent)).map(({ subject }) => subject);
    assert.deepEqual(subjects, ['A new email address was requested']);
  });

  it('checks the other fields, and keeps none of them', async () => {
    await using app = await startTestApp(CONFIRMED);
    mustBeProblem(await request(app, 'new@example.com', { password: 'short', age: 3 }), 422, 'user.invalid');
    assert.equal(app.rows().outbox, 0);
    await request(app, 'new@example.com', { password: 'a planted phrase', age: 40, name: 'Eve' });
    const token = tokenIn((await mailsTo(app, 'new@example.com'))[0]?.text);
    assert.equal((await complete(app, 'new@example.com', token)).json().name, null);
    const planted = { email: 'new@example.com', password: 'a planted phrase' };
    mustBeProblem(await app.call('POST', '/sessions', { json: planted }), 401, 'credentials.wrong');
  });
});

describe('PUT /register', () => {
  it('opens an account whose address is confirmed, once', async () => {
    await using app = await startTestApp({ ...CONFIRMED, CONFIRMED_ONLY: 'on' });
    await request(app, 'ada@example.com');
    const token = tokenIn((await mailsTo(app, 'ada@example.com'))[0]?.text);
    mustBeProblem(await complete(app, 'ada@example.com', token, { password: 'short' }), 422, 'user.invalid');
    const opened = await complete(app, 'Ada@example.com', token, { name: 'Ada' });
    assert.equal(opened.status, 201);
    assert.equal(opened.headers.location, `/users/${opened.json().id}`);
    assert.deepEqual(Object.keys(opened.json()), ['id', 'email', 'name', 'age', 'created_at']);
    await logIn(app, 'ada@example.com');
    mustBeProblem(await complete(app, 'ada@example.com', token), 403, 'registration.refused');
  });

  it('ASVS 6.5.5 and 6.6.2: denies a token that is unknown, expired or for another address or purpose', async () => {
    await using app = await startTestApp(CONFIRMED);
    await request(app, 'ada@example.com');
    const token = tokenIn((await mailsTo(app, 'ada@example.com'))[0]?.text);
    mustBeProblem(await complete(app, 'ada@example.com', 'x'.repeat(43)), 403, 'registration.refused');
    mustBeProblem(await complete(app, 'eve@example.com', token), 403, 'registration.refused');
    mustBeProblem(await confirm(app, token), 403, 'confirmation.refused');
    app.clock.advance(HOUR_MS);
    mustBeProblem(await complete(app, 'ada@example.com', token), 403, 'registration.refused');
  });

  it('says so where the address was taken meanwhile', async () => {
    await using app = await startTestApp(CONFIRMED);
    for (const _ of [1, 2]) await request(app, 'ada@example.com');
    const [one, other] = await mailsTo(app, 'ada@example.com');
    assert.equal((await complete(app, 'ada@example.com', tokenIn(one?.text))).status, 201);
    mustBeProblem(await complete(app, 'ada@example.com', tokenIn(other?.text)), 409, 'user.email-taken');
  });

  it('ASVS 15.4.2: of ten requests with one token at once, one opens an account', async () => {
    await using app = await startTestApp(CONFIRMED);
    await request(app, 'ada@example.com');
    const token = tokenIn((await mailsTo(app, 'ada@example.com'))[0]?.text);
    const answers = await Promise.all(Array.from({ length: 10 }, () => complete(app, 'ada@example.com', token)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.ok(answers.every(({ status }) => [201, 403, 409].includes(status)));
  });
});

describe('closed registration', () => {
  it('opens no account but those of administrators', async () => {
    await using app = await startTestApp({ REGISTRATION: 'closed' });
    const json = { email: 'ada@example.com', password: PASSWORD, age: 36 };
    mustBeProblem(await app.call('POST', '/register', { json }), 403, 'registration.closed');
    mustBeProblem(await complete(app, 'ada@example.com', 'x'.repeat(43)), 403, 'registration.closed');
    assert.equal((await app.call('POST', '/users', { json })).status, 201);
  });
});

describe('POST /users/{id}/confirmation', () => {
  it('confirms the address of an account with open registration', async () => {
    await using app = await startTestApp();
    const { id, session } = await join(app);
    const answer = await app.call('POST', `/users/${id}/confirmation`, { session });
    assert.deepEqual(
      [answer.status, answer.json()],
      [202, { email: 'ada@example.com', message: 'A mail is on its way.' }],
    );
    const [, mail] = await mailsTo(app, 'ada@example.com');
    const confirmed = await confirm(app, tokenIn(mail?.text));
    assert.deepEqual([confirmed.status, confirmed.json()], [200, { email: 'ada@example.com', message: 'confirmed' }]);
    mustBeProblem(await confirm(app, tokenIn(mail?.text)), 403, 'confirmation.refused');
    mustBeProblem(await app.call('POST', `/users/${id}/confirmation`, { session }), 409, 'user.confirmed');
  });

  it('replaces the token of an earlier email', async () => {
    await using app = await startTestApp();
    const { id, session } = await join(app);
    for (const _ of [1, 2]) await app.call('POST', `/users/${id}/confirmation`, { session });
    const [, older, newer] = await mailsTo(app, 'ada@example.com');
    mustBeProblem(await confirm(app, tokenIn(older?.text)), 403, 'confirmation.refused');
    assert.equal((await confirm(app, tokenIn(newer?.text))).status, 200);
  });
});

describe('a change of the address with confirmed registration', () => {
  const change = (app: TestApp, { id, session }: { id: string; session: string }, email: string) =>
    app.call('PATCH', `/users/${id}`, { session, json: { email, current_password: PASSWORD } });

  it('holds once the new address is confirmed', async () => {
    await using app = await startTestApp(CONFIRMED);
    const ada = await joinConfirmed(app);
    assert.equal((await change(app, ada, 'augusta@example.com')).json().email, 'ada@example.com');
    const [link] = await mailsTo(app, 'augusta@example.com');
    assert.deepEqual((await confirm(app, tokenIn(link?.text))).json(), {
      email: 'augusta@example.com',
      message: 'confirmed',
    });
    assert.equal(await pendingOf(app, ada), 'augusta@example.com');
    await logIn(app, 'augusta@example.com');
  });

  it('ends with a role that is given, so that the new mailbox does not get it', async () => {
    await using app = await startTestApp({ ...CONFIRMED, ADMIN_API_KEY: ADMIN_KEY });
    const ada = await joinConfirmed(app);
    await change(app, ada, 'augusta@example.com');
    const [link] = await mailsTo(app, 'augusta@example.com');
    await app.call('PUT', `/staff/${ada.id}`, { bearer: ADMIN_KEY, json: { role: 'support' } });
    const { email, pending_email } = (await app.call('GET', `/users/${ada.id}`, { bearer: ADMIN_KEY })).json();
    assert.deepEqual([email, pending_email], ['ada@example.com', null]);
    mustBeProblem(await confirm(app, tokenIn(link?.text)), 403, 'confirmation.refused');
  });

  it('ASVS 6.6.2: voids a reset token that was sent to the old address', async () => {
    await using app = await startTestApp({ ...CONFIRMED, NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY });
    const ada = await joinConfirmed(app);
    await change(app, ada, 'augusta@example.com');
    const sent = app.post.sent.length;
    await app.call('POST', '/reset_password', { json: { email: 'ada@example.com' } });
    const mails = await mailsTo(app, 'ada@example.com', sent);
    const reset = mails.find(({ text }) => text.includes('a password reset was requested')) ?? assert.fail('no reset');
    const [link] = await mailsTo(app, 'augusta@example.com');
    await confirm(app, tokenIn(link?.text));
    const json = {
      email: 'augusta@example.com',
      reset_token: tokenIn(reset.text),
      new_password: 'a thief’s new phrase',
    };
    mustBeProblem(await app.call('PUT', '/reset_password', { json }), 403, 'password-reset.refused');
  });

  it('ASVS 6.3.8: is answered the same for an address that another account has, and never holds', async () => {
    await using app = await startTestApp(CONFIRMED);
    const [ada, bob] = [await joinConfirmed(app), await joinConfirmed(app, 'bob@example.com')];
    const sent = app.post.sent.length;
    const seen = [];
    for (const email of ['bob@example.com', 'free@example.com', 'bob@example.com']) {
      const answer = await change(app, ada, email);
      const { email: present, id } = answer.json();
      seen.push([answer.status, present, id]);
    }
    assert.deepEqual(seen[0], seen[1]);
    const news = (await mailsTo(app, 'bob@example.com', sent)).map(({ subject }) => subject);
    assert.deepEqual(news, ['Your address was requested for another account']);
    assert.equal(await pendingOf(app, bob), 'bob@example.com');
  });

  it('does not hold where another account has got the address meanwhile', async () => {
    await using app = await startTestApp(CONFIRMED);
    const ada = await joinConfirmed(app);
    await change(app, ada, 'augusta@example.com');
    const [link] = await mailsTo(app, 'augusta@example.com');
    await app.call('POST', '/users', { json: { email: 'augusta@example.com' } });
    mustBeProblem(await confirm(app, tokenIn(link?.text)), 409, 'user.email-taken');
  });

  it('is cancelled from the old address, even after it: sessions and password go, and a reset follows', async () => {
    await using app = await startTestApp(CONFIRMED);
    const ada = await joinConfirmed(app);
    const sent = app.post.sent.length;
    await change(app, ada, 'thief@example.com');
    const [notice] = await mailsTo(app, 'ada@example.com', sent);
    const [link] = await mailsTo(app, 'thief@example.com');
    await confirm(app, tokenIn(link?.text));
    app.clock.advance(72 * HOUR_MS - 1_000);
    const cancelled = await confirm(app, tokenIn(notice?.text));
    assert.deepEqual([cancelled.status, cancelled.json()], [200, { email: 'ada@example.com', message: 'cancelled' }]);
    assert.equal((await app.call('GET', '/profile', { session: ada.session })).status, 403);
    for (const email of ['ada@example.com', 'thief@example.com']) {
      const json = { email, password: PASSWORD };
      mustBeProblem(await app.call('POST', '/sessions', { json }), 401, 'credentials.wrong');
    }
    const [, reset] = await mailsTo(app, 'ada@example.com', sent);
    const json = {
      email: 'ada@example.com',
      reset_token: tokenIn(reset?.text),
      new_password: 'another harmless phrase',
    };
    assert.equal((await app.call('PUT', '/reset_password', { json })).status, 200);
    mustBeProblem(await confirm(app, tokenIn(notice?.text)), 403, 'confirmation.refused');
  });

  it('ASVS 15.4.2: is cancelled by one of ten requests with one token at once, on Postgres', async () => {
    await using database = await aPostgresDatabase();
    await using app = await startTestApp({ ...CONFIRMED, DATABASE_URL: database.url });
    const ada = await joinConfirmed(app);
    const sent = app.post.sent.length;
    await change(app, ada, 'thief@example.com');
    const [notice] = await mailsTo(app, 'ada@example.com', sent);
    const token = tokenIn(notice?.text);
    const answers = await Promise.all(Array.from({ length: 10 }, () => confirm(app, token)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(9).fill(403)]);
    assert.equal((await mailsTo(app, 'ada@example.com', sent)).length, 2, 'the notice and one reset');
  });

  it('cannot be cancelled after 72 hours', async () => {
    await using app = await startTestApp(CONFIRMED);
    const ada = await joinConfirmed(app);
    const sent = app.post.sent.length;
    await change(app, ada, 'augusta@example.com');
    const [notice] = await mailsTo(app, 'ada@example.com', sent);
    app.clock.advance(72 * HOUR_MS);
    mustBeProblem(await confirm(app, tokenIn(notice?.text)), 403, 'confirmation.refused');
  });
});

describe('log-in with confirmed addresses only', () => {
  it('denies the right password of an unconfirmed account, and no other answer changes', async () => {
    await using app = await startTestApp({ CONFIRMED_ONLY: 'on' });
    const json = { email: 'ada@example.com', password: PASSWORD };
    await app.call('POST', '/register', { json: { ...json, age: 36 } });
    const right = await app.call('POST', '/sessions', { json });
    mustBeProblem(right, 403, 'user.unconfirmed');
    assert.equal(right.session, undefined);
    const wrong = await app.call('POST', '/sessions', { json: { ...json, password: 'another harmless phrase' } });
    mustBeProblem(wrong, 401, 'credentials.wrong');
  });
});

describe('the entries about addresses in the audit log', () => {
  it('have no field that docs/audit.md leaves out', async () => {
    await using app = await startTestApp({ ...CONFIRMED, ADMIN_API_KEY: ADMIN_KEY });
    const ada = await joinConfirmed(app);
    const change = async (email: string) => {
      const json = { email, current_password: PASSWORD };
      const changed = await app.call('PATCH', `/users/${ada.id}`, { session: ada.session, json });
      assert.equal(changed.status, 200, changed.body);
      return {
        confirmation: (await mailsTo(app, email)).at(-1),
        notice: (await mailsTo(app, 'ada@example.com')).at(-1),
      };
    };
    await change('augusta@example.com');
    await change('ada@example.com');
    const { confirmation, notice } = await change('lovelace@example.com');
    await app.call('POST', '/reset_password', { json: { email: 'ada@example.com' } });
    await app.deliverMail();
    assert.equal((await confirm(app, tokenIn(confirmation?.text))).status, 200);
    await change('byron@example.com');
    await app.call('POST', '/reset_password', { json: { email: 'lovelace@example.com' } });
    await app.deliverMail();
    assert.equal((await confirm(app, tokenIn(notice?.text))).json().message, 'cancelled');

    const rows = readFileSync(new URL('../../docs/audit.md', import.meta.url), 'utf8').split('\n');
    const entries = (await app.call('GET', '/audit?limit=100', { bearer: ADMIN_KEY })).json();
    const missing = entries.flatMap(({ action, changes }: { action: string; changes: { field: string }[] }) => {
      const row = rows.find((line) => line.startsWith('| `') && line.includes(`\`${action}\``)) ?? '';
      const documented: readonly string[] = row.slice(row.lastIndexOf(' | ')).match(/[a-z_]+/g) ?? [];
      return changes.flatMap(({ field }) => (documented.includes(field) ? [] : [`${action}: ${field}`]));
    });
    assert.deepEqual([...new Set(missing)], []);
    assert.ok(entries.length >= 10, String(entries.length));
  });
});
