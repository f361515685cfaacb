import assert from 'node:assert/strict';
import type { Environment } from '../../src/composition/config/config.ts';
import type { Container } from '../../src/composition/wiring/ports.ts';
import { ADMIN_KEY, type Ask, startTestApp } from './test-app.ts';

/** A license as the wire shows it; a test says itself what it expects of the rest. */
export type WireLicense = Readonly<{ id: string; license_key: string; [field: string]: unknown }>;

const PASSWORD = 'a harmless pass phrase';

/** The service with an administrator, Ada who owns what is issued, and Bob who owns nothing. */
export const startLicenseApp = async (settings: Environment = {}, overrides?: (container: Container) => void) => {
  const app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY, ...settings }, overrides);

  const join = async (email: string) => {
    const registered = await app.call('POST', '/register', { json: { email, password: PASSWORD, age: 36 } });
    const { session } = await app.call('POST', '/sessions', { json: { email, password: PASSWORD } });
    return { id: registered.json().id as string, session: String(session) };
  };
  const [ada, bob] = [await join('ada@example.com'), await join('bob@example.com')];

  const asAdmin = (method: string, path: string, ask: Ask = {}) =>
    app.call(method, path, { bearer: ADMIN_KEY, ...ask });
  const withKey = (key: string, method: string, path: string, { headers, ...ask }: Ask = {}) =>
    app.call(method, path, { ...ask, headers: { authorization: `License ${key}`, ...headers } });

  return {
    ...app,
    ada,
    bob,
    asAdmin,
    withKey,
    async issue(terms: object = {}, userId = ada.id): Promise<WireLicense> {
      const answer = await asAdmin('POST', `/users/${userId}/licenses`, { json: terms });
      assert.equal(answer.status, 201, answer.body);
      return answer.json();
    },
    async validate(question: object) {
      const answer = await app.call('POST', '/licenses/validate', { json: question });
      assert.equal(answer.status, 200, answer.body);
      return answer.json();
    },
    activate: ({ id, license_key: key }: WireLicense, fingerprint: string, ask: Ask = {}) =>
      withKey(key, 'PUT', `/licenses/${id}/activations/${encodeURIComponent(fingerprint)}`, ask),
    checkOut: ({ id, license_key: key }: WireLicense, options: object = {}) =>
      withKey(key, 'POST', `/licenses/${id}/checkout`, { json: options }),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
};

export type LicenseApp = Awaited<ReturnType<typeof startLicenseApp>>;
