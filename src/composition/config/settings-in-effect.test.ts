import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { A_SECRET, withSecretIn } from '../../../test/settings/secret-in.ts';
import { type Environment, readConfig } from './config.ts';
import { SETTINGS, type Setting, type SettingName } from './settings.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'guildhall-settings-'));
after(() => rmSync(FOLDER, { recursive: true }));

const inEffect = (env: Environment, name: SettingName) => {
  const all = readConfig(env).settings.flatMap(({ settings }) => settings);
  const { value, default: standard, isSet, isChanged } = all.find((each) => each.name === name) ?? assert.fail(name);
  return { value, default: standard, isSet, isChanged };
};

/** What other rules need beside a setting. */
const COMPANIONS: Environment = {
  MAIL_FROM: 'guild@example.com',
  TWITTER_API_KEY: 'key',
  TWITTER_API_SECRET_KEY: 'secret',
  TWITTER_ACCESS_TOKEN: 'token',
  TWITTER_ACCESS_TOKEN_SECRET: 'secret',
};

describe('The settings in effect', () => {
  it('are those of the table, with its groups and descriptions', () => {
    const all = readConfig({}).settings.flatMap(({ settings }) => settings);
    assert.deepEqual(
      all.map(({ name, docs, isSecret }) => [name, docs, isSecret]),
      Object.entries<Setting>(SETTINGS).map(([name, { docs, secret = false }]) => [name, docs, secret]),
    );
    assert.ok(all.every(({ isSet, isChanged }) => !isSet && !isChanged));
  });

  it('contain no secret, in whichever setting it is', () => {
    let tried = 0;
    for (const name of Object.keys(SETTINGS) as SettingName[]) {
      for (const secret of withSecretIn(name)) {
        const texts = JSON.stringify(readConfig({ ...COMPANIONS, [name]: secret }).settings);
        assert.ok(!texts.includes(A_SECRET), `${name} shows its password`);
        tried += 1;
      }
    }
    const secrets = Object.entries<Setting>(SETTINGS).filter(([, { secret }]) => secret);
    assert.ok(tried > secrets.length, `${tried}`);
    const path = join(FOLDER, 'secret');
    writeFileSync(path, A_SECRET);
    const config = readConfig({ ADMIN_API_KEY_FILE: path, SEALING_KEY_FILE: path });
    assert.ok(!JSON.stringify(config.settings).includes(A_SECRET));
    assert.deepEqual(inEffect({ ADMIN_API_KEY_FILE: path }, 'ADMIN_API_KEY'), {
      value: undefined,
      default: undefined,
      isSet: true,
      isChanged: true,
    });
  });

  it('show an address without the password in it', () => {
    const withPassword = { RESET_URL: 'https://user:p%40ss@shop.example/reset?a=b@c' };
    assert.equal(inEffect(withPassword, 'RESET_URL').value, 'https://…@shop.example/reset?a=b@c');
    assert.equal(
      inEffect({ LICENSE_ISSUER: 'https://me@shop.example' }, 'LICENSE_ISSUER').value,
      'https://…@shop.example',
    );
    assert.equal(inEffect({ SUPPORT_EMAIL: 'help@shop.example' }, 'SUPPORT_EMAIL').value, 'help@shop.example');
  });

  for (const [name, env, value, standard] of [
    ['PORT', {}, '8000', '8000'],
    ['PORT', { PORT: '80' }, '80', '8000'],
    ['TRUSTED_PROXIES', {}, undefined, undefined],
    ['PUBLIC_URL', {}, 'http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
    ['PUBLIC_URL', { PUBLIC_URL: 'https://guild.example/' }, 'https://guild.example', 'http://127.0.0.1:8000'],
    ['RESET_URL', {}, 'http://127.0.0.1:8000/account/reset', 'http://127.0.0.1:8000/account/reset'],
    ['RESET_URL', { PAGES: 'off' }, undefined, undefined],
    ['REQUIRE_MFA', {}, 'off', 'off'],
    ['REQUIRE_MFA', { NODE_ENV: 'production' }, 'staff', 'staff'],
    ['REQUIRE_MFA', { NODE_ENV: 'production', REQUIRE_MFA: 'all' }, 'all', 'staff'],
    ['SAMPLE_USERS', { NODE_ENV: 'production', SAMPLE_USERS: 'on' }, 'off', 'off'],
    ['LOG_FORMAT', {}, 'pretty', 'pretty'],
    ['LOG_FORMAT', { NODE_ENV: 'production' }, 'json', 'json'],
    ['LOG_FORMAT', { LOG_FORMAT: 'json' }, 'json', 'pretty'],
    ['STAFF_SESSION_IDLE', {}, '12h', '12h'],
    ['STAFF_SESSION_IDLE', { STAFF_SESSION_IDLE: '90m', SESSION_IDLE: '2h' }, '90m', '2h'],
    ['STAFF_SESSION_IDLE', { STAFF_SESSION_IDLE: '3h', SESSION_IDLE: '2h' }, '2h', '2h'],
    ['HASHING_CONCURRENCY', { WORKERS: '64' }, '1', '1'],
    ['HASHING_CONCURRENCY', { WORKERS: '64', HASHING_CONCURRENCY: '2' }, '2', '1'],
  ] as const) {
    it(`show ${name} as it holds with ${JSON.stringify(env)}`, () => {
      const shown = inEffect(env, name);
      assert.deepEqual([shown.value, shown.default], [value, standard]);
      assert.equal(shown.isChanged, value !== standard);
    });
  }

  it('are not changed where the same value is written in another way', () => {
    const same = inEffect({ SESSION_IDLE: '168h' }, 'SESSION_IDLE');
    assert.deepEqual(same, { value: '168h', default: '7d', isSet: true, isChanged: false });
  });
});
