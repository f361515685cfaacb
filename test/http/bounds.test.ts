import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createToken } from './access-table.ts';
import { type LicenseApp, startLicenseApp } from './license-app.ts';
import { type Operation, operationsOf, type Schema, validBody } from './operations.ts';
import { join } from './people.ts';

const JSON_TYPE = 'application/json';
/** Here a value out of bounds is a wrong credential or an unknown address, as any other. */
const NOT_NAMED = new Set(['logIn', 'requestPasswordReset', 'resetPassword']);

type Edge = Readonly<{ inside?: unknown; outside: unknown }>;

const text = (length: number): string => 'aB3$-'.repeat(length).slice(0, length);
const codes = (count: number): string[] => Array.from({ length: count }, (_, index) => `code-${index}`);
const networks = (count: number): string[] => Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`);

/** The last values within the bounds that the document states, and the first ones outside. */
const edgesOf = ({ minLength, maxLength, minimum, maximum, maxItems, uniqueItems, format, items }: Schema): Edge[] => {
  const edges: Edge[] = [];
  if (typeof minLength === 'number') edges.push({ inside: text(minLength), outside: text(minLength - 1) });
  if (typeof maxLength === 'number') {
    const outside = text(maxLength + 1);
    edges.push(format === 'idn-email' ? { outside: `x@${outside}` } : { inside: text(maxLength), outside });
  }
  if (minimum !== undefined) edges.push({ inside: minimum, outside: minimum - 1 });
  if (maximum !== undefined) edges.push({ inside: maximum, outside: maximum + 1 });
  if (typeof maxItems === 'number') {
    const list = (items as Schema).format === 'cidr' ? networks : codes;
    edges.push({ inside: list(maxItems), outside: list(maxItems + 1) });
  }
  if (uniqueItems === true) edges.push({ inside: ['a', 'b'], outside: ['a', 'a'] });
  return edges;
};

describe('a bound that the OpenAPI document states', () => {
  let app: LicenseApp;
  let licenseId: string;
  let tokenId: string;
  before(async () => {
    const settings = { THROTTLE: 'off', PASSWORD_MIN_LENGTH: '1', MINIMUM_AGE: '0', PASSWORD_BLOCKLIST: 'off' };
    app = await startLicenseApp(settings);
    licenseId = (await app.issue({ expires_at: '2100-01-01T00:00:00Z' })).id;
    tokenId = (await createToken(app)).id;
  });
  after(() => app[Symbol.asyncDispose]());

  let count = 0;
  /** The sentences about this field. */
  const errorsAbout = async (operation: Operation, field: string, value: unknown): Promise<string[]> => {
    const { method, operationId, template } = operation;
    count += 1;
    const body = {
      ...validBody(operation, JSON_TYPE),
      ...(operationId === 'createUser' || operationId === 'register' ? { email: `user-${count}@example.com` } : {}),
      ...(operationId === 'generatePassword' ? { complexity: 1 } : {}),
      [field]: value,
    };
    const ids = { '/users': app.bob.id, '/tokens': tokenId };
    const [collection = ''] = /^\/\w+/.exec(template) ?? [];
    const id = ids[collection as keyof typeof ids] ?? licenseId;
    const path = template.replace('{id}', id).replace('{fingerprint}', 'machine-1');
    // Users set their own passwords only.
    const isOwn = operationId === 'updateUser' && field === 'password';
    const owner = isOwn ? await join(app, `owner-${count}@example.com`) : undefined;
    const answer = owner
      ? await app.call(method, `/users/${owner.id}`, {
          session: owner.session,
          json: { ...body, current_password: owner.password },
        })
      : await app.asAdmin(method, path, { json: body });
    if (answer.status < 400) return [];
    return answer.json().errors.filter((sentence: string) => sentence.startsWith(`${field} `));
  };

  it('is where the server rejects, and not earlier', async () => {
    let checked = 0;
    for (const operation of operationsOf(app)) {
      if (NOT_NAMED.has(operation.operationId)) continue;
      for (const [field, schema] of Object.entries(operation.bodies[JSON_TYPE]?.properties ?? {})) {
        for (const { inside, outside } of edgesOf(schema)) {
          const what = `${operation.operationId} ${field}`;
          assert.equal((await errorsAbout(operation, field, outside)).length, 1, `${what} ${outside}`);
          if (inside !== undefined) assert.deepEqual(await errorsAbout(operation, field, inside), [], what);
          checked += 1;
        }
      }
    }
    assert.ok(checked > 40, `only ${checked} bounds`);
  });
});
