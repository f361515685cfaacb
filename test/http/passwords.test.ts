import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dictionary } from '@zxcvbn-ts/language-common';
import { join, logIn, PASSWORD } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { startTestApp, type TestApp } from './test-app.ts';

let people = 0;
const registration = (password: string) => {
  people += 1;
  return { email: `person${people}@example.com`, password, age: 36, name: 'Ada Lovelace' };
};
const register = (app: TestApp, password: string) => app.call('POST', '/register', { json: registration(password) });

/** Every way to set a password, each for a new user. @returns the responses, by name */
const everyWay = async (app: TestApp, password: string) => {
  const [forgetful, careful] = [await join(app, registration('').email), await join(app, registration('').email)];
  const { email, session, id } = { ...careful, email: forgetful.email };
  const { reset_token } = (await app.call('POST', '/reset_password', { json: { email } })).json();
  return {
    register: await register(app, password),
    create: await app.call('POST', '/users', { json: registration(password) }),
    form: await app.call('POST', '/users', { form: { email: registration('').email, password } }),
    reset: await app.call('PUT', '/reset_password', { json: { email, reset_token, new_password: password } }),
    change: await app.call('PATCH', `/users/${id}`, { session, json: { password, current_password: PASSWORD } }),
  };
};

describe('a password', () => {
  it('ASVS 6.2.1: has eight characters or more, and as many as the settings ask, whichever way it is set', async () => {
    for (const [settings, least] of [
      [{}, 8],
      [{ PASSWORD_MIN_LENGTH: '15' }, 15],
    ] as const) {
      await using app = await startTestApp({ THROTTLE: 'off', ...settings });
      const enough = 'zq7vkw2mfx9tbhd'.slice(0, least);
      for (const [way, answer] of Object.entries(await everyWay(app, enough.slice(1)))) {
        mustBeProblem(answer, 422, 'user.invalid', 'password');
        assert.match(answer.body, new RegExp(`${least} to 128`), way);
      }
      for (const [way, answer] of Object.entries(await everyWay(app, enough))) {
        assert.ok(answer.status < 300, `${way}: ${answer.body}`);
      }
    }
  });

  it('ASVS 6.2.9: may have 64 characters and 128, each code point counted as one', async () => {
    await using app = await startTestApp();
    for (const password of [
      'x1'.repeat(32),
      'x1'.repeat(64),
      '🦉🗝'.repeat(64),
      '\u0301a'.repeat(64),
      `${' '.repeat(63)}x`,
    ]) {
      const { status, json } = await register(app, password);
      assert.equal(status, 201, password);
      await logIn(app, json().email, password);
    }
    mustBeProblem(await register(app, '🦉'.repeat(129)), 422, 'user.invalid', 'password');
  });

  it('ASVS 6.2.5: is of any kind of characters, and needs no others', async () => {
    await using app = await startTestApp();
    for (const password of [
      'qzvkwmfxtbhd',
      'QZVKWMFXTBHD',
      '918273640518',
      '!?;:_-+*#~^|',
      '鳥居前町散歩日和',
      'пальтишко',
      'ελληνικάόχι',
      '🦉🗝🕯🪶📜🧭⚓🪁',
      '        ~',
    ]) {
      assert.equal((await register(app, password)).status, 201, password);
    }
  });

  it('ASVS 6.2.4 and 6.2.12: is none of the most common ones, in any case, whichever way it is set', async () => {
    await using app = await startTestApp({ THROTTLE: 'off' });
    for (const common of ['password1', 'PassWord1', 'baseball', '12345678', 'qwertyuiop']) {
      for (const answer of Object.values(await everyWay(app, common))) {
        mustBeProblem(answer, 422, 'user.invalid', 'password');
        assert.match(answer.body, /common/);
      }
    }
  });

  it('ASVS 6.2.4: is none of three thousand common ones that are long enough', async () => {
    await using app = await startTestApp({ THROTTLE: 'off' });
    const common = dictionary['passwords-common'].filter((word) => word.length >= 8 && word.length <= 128);
    assert.ok(common.length >= 3_000);
    for (const password of common.slice(0, 3_000)) {
      const { status } = await app.call('POST', '/users', { json: { email: 'ada@example.com', password } });
      assert.equal(status, 422, password);
    }
  });

  it('ASVS 6.2.11 and 2.2.3: is not the address, its first part, the name, nor the name of the service', async () => {
    await using app = await startTestApp();
    const json = { email: 'ada.lovelace@example.com', name: 'Augusta Ada King', age: 36 };
    for (const password of ['ada.lovelace@example.com', 'Ada.Lovelace', 'augusta ada king', 'Guildhall']) {
      mustBeProblem(
        await app.call('POST', '/register', { json: { ...json, password } }),
        422,
        'user.invalid',
        'password',
      );
    }
    assert.equal(
      (await app.call('POST', '/register', { json: { ...json, password: 'not augusta ada king' } })).status,
      201,
    );
  });

  it('ASVS 6.2.8: is verified as it was typed: nothing is cut, trimmed or folded', async () => {
    await using app = await startTestApp({ THROTTLE: 'off' });
    const password = ' Straße 7 ﬁne Ⅷ '.padEnd(128, 'x');
    const { email } = (await register(app, password)).json();
    const near = [
      password.trim(),
      `${password} `,
      password.slice(0, -1),
      `${password}x`,
      password.toLowerCase(),
      password.toUpperCase(),
      password.normalize('NFKC'),
      password.slice(0, 72),
      `${password.slice(0, 127)}y`,
      password.replace('ß', 'ss'),
      `${password}\u0000`,
      `\u200b${password}`,
      encodeURIComponent(password),
      '',
    ];
    for (const typed of near) {
      mustBeProblem(
        await app.call('POST', '/sessions', { json: { email, password: typed } }),
        401,
        'credentials.wrong',
      );
    }
    await logIn(app, email, password);
  });

  it('ASVS 6.2.8: is the same from two keyboards that write one text differently', async () => {
    await using app = await startTestApp();
    const { email } = (await register(app, 'crème brûlée'.normalize('NFD'))).json();
    await logIn(app, email, 'crème brûlée'.normalize('NFC'));
  });
});
