import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { LAST_PASSWORD, type Secrets, wholeRun } from './planted-secrets.ts';
import { ADMIN_KEY, startTestApp } from './test-app.ts';

const PRODUCTION = { NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY };

/** Runs it all at the chattiest level, and breaks the store in the end. */
const logOf = async (settings: Record<string, string>) => {
  const lines: string[] = [];
  await using app = await startTestApp({ LOG_LEVEL: 'trace', ...settings }, undefined, {
    logSink: { write: (line: string) => lines.push(line) },
  });
  const secrets = await wholeRun(app);
  const files = readdirSync(app.folder).map((file) => readFileSync(joinPath(app.folder, file), 'latin1'));
  const rows = allRows(app.databaseFile);
  const hashes = rows.match(/\$argon2id\$[^"\\]+|\b[0-9a-f]{64}\b/g) ?? [];
  assert.ok(hashes.length >= 2, 'the store holds hashes');
  for (const [index, hash] of hashes.entries()) secrets.set(`hash ${index}`, hash);

  const database = new Database(app.databaseFile);
  for (const table of ['sessions', 'users']) database.exec(`alter table ${table} rename to hidden_${table}`);
  database.close();
  await app.call('POST', '/sessions', { json: { email: 'ada@example.com', password: LAST_PASSWORD } });
  await app.call('GET', '/profile', { session: secrets.get('the third session token') });
  return { lines, secrets, rows, files: files.join('\n') };
};

const allRows = (databaseFile: string): string => {
  const database = new Database(databaseFile, { readonly: true });
  const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all() as string[];
  const rows = tables.map((table) => [table, database.prepare(`select * from "${table}"`).all()]);
  database.close();
  return JSON.stringify(rows);
};

const mustNotHold = (text: string, secrets: Secrets): void => {
  for (const [what, secret] of secrets) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      assert.ok(!text.includes(form), `${what} is in: ${around(text, form)}`);
    }
  }
};

const around = (text: string, part: string): string => text.slice(Math.max(0, text.indexOf(part) - 200)).slice(0, 300);

describe('the log of a whole run', () => {
  for (const [mode, settings] of [
    ['development', { ADMIN_API_KEY: ADMIN_KEY }],
    ['production', PRODUCTION],
  ] as const) {
    it(`ASVS 16.2.5: holds no secret, at the chattiest level (${mode}, JSON)`, async () => {
      const { lines, secrets } = await logOf({ ...settings, LOG_FORMAT: 'json' });
      assert.ok(secrets.size > 30 && lines.length > 80, `${secrets.size} secrets, ${lines.length} lines`);
      mustNotHold(lines.join(''), secrets);
    });

    it(`ASVS 16.2.5: holds no secret, at the chattiest level (${mode}, for people)`, async () => {
      const { lines, secrets } = await logOf({ ...settings, LOG_FORMAT: 'pretty' });
      assert.ok(lines.length > 80);
      mustNotHold(lines.join(''), secrets);
    });
  }

  it('ASVS 16.2.1, 16.2.2 and 16.2.4: has time, level and message in every line, and user and address in every event', async () => {
    const { lines } = await logOf({ ...PRODUCTION, LOG_FORMAT: 'json' });
    for (const line of lines) {
      assert.match(line, /^\{[^\n]*\}\n$/);
      const { time, level, msg, event, request_id: requestId, ip } = JSON.parse(line);
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.ok(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].includes(level));
      assert.ok(typeof msg === 'string' && msg.length > 0, line);
      if (event === undefined) continue;
      assert.match(requestId, /^[\w.:-]+$/, line);
      assert.equal(ip, '127.0.0.1', line);
    }
  });

  it('ASVS 16.3.1, 16.3.2 and 16.3.3: records log-ins, denials, resets, invalid input and forged requests', async () => {
    const { lines } = await logOf({ ...PRODUCTION, LOG_FORMAT: 'json' });
    const logged = new Set(lines.map((line) => JSON.parse(line).event));
    const events = [
      'authn_login_success',
      'authn_login_fail',
      'authn_password_change',
      'authn_password_change_fail',
      'authn_token_reuse',
      'authz_fail',
      'input_validation_fail',
      'malicious_csrf',
      'session_created',
      'user_created',
      'user_updated',
    ];
    assert.deepEqual(
      events.filter((event) => !logged.has(event)),
      [],
    );
  });

  it('ASVS 16.3.4: records unexpected errors, with the request id of the client', async () => {
    const { lines } = await logOf({ ...PRODUCTION, LOG_FORMAT: 'json' });
    const failures = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error');
    assert.equal(failures.length, 2);
    for (const { err, request_id: requestId } of failures) {
      assert.match(err.stack, /no such table/);
      const [answered] = lines
        .map((line) => JSON.parse(line))
        .filter((line) => line.msg === 'request' && line.request_id === requestId);
      assert.equal(answered.status, 500);
    }
  });
});

describe('the store after a whole run', () => {
  it('ASVS 14.2.4: holds no secret in any row (development)', async () => {
    const { rows, secrets } = await logOf({ ADMIN_API_KEY: ADMIN_KEY });
    mustNotHold(rows, withoutHashes(secrets));
  });

  it('ASVS 14.2.4: holds no secret in any byte, deleted rows included (production)', async () => {
    const { files, secrets } = await logOf(PRODUCTION);
    assert.match(files, /ada@example\.com/);
    mustNotHold(files, withoutHashes(secrets));
  });
});

const withoutHashes = (secrets: Secrets): Secrets =>
  new Map([...secrets].filter(([what]) => !what.startsWith('hash ')));
