import type { Answer } from '../../test/http/test-app.ts';
import type { RequestOptions } from './app-driver.ts';
import type { LicenseDriver, LicenseOrigin, LicenseRecord } from './license-driver.ts';

type Ask = (
  from: LicenseOrigin & RequestOptions,
  method: string,
  path: string,
  query: Readonly<{ expects: number | readonly number[]; json?: unknown }>,
) => Promise<Answer>;

/** Public keys need no authentication. */
const ANONYMOUS: LicenseOrigin = { ip: '192.0.2.250', device: 'application' };

const inSnakeCase = (input: object): object =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`),
      value,
    ]),
  );

export const licensesOverHttp = (ask: Ask): LicenseDriver => ({
  async issue(from, userId, terms, notify) {
    const json = { ...inSnakeCase(terms), notify };
    return recordIn((await ask(from, 'POST', `/users/${userId}/licenses`, { expects: 201, json })).json());
  },
  read: async (from, id) => recordIn((await ask(from, 'GET', `/licenses/${id}`, { expects: 200 })).json()),
  versionOf: async (from, id) => versionIn(await ask(from, 'GET', `/licenses/${id}`, { expects: 200 })),
  async lookUp(from, key) {
    return recordIn((await ask(from, 'POST', '/licenses/lookup', { expects: 200, json: { license_key: key } })).json());
  },
  async listAll(from, { endsBefore, ...filters }) {
    const query = new URLSearchParams({ limit: '100', ...filters, ...(endsBefore && { expires_before: endsBefore }) });
    return (await ask(from, 'GET', `/licenses?${query}`, { expects: 200 })).json().map(recordIn);
  },
  listOf: async (from, userId) =>
    (await ask(from, 'GET', `/users/${userId}/licenses?limit=100`, { expects: 200 })).json().map(recordIn),
  updateTerms: async (from, id, change) =>
    recordIn((await ask(from, 'PATCH', `/licenses/${id}`, { expects: 200, json: inSnakeCase(change) })).json()),
  move: async (from, id, move) =>
    recordIn((await ask(from, 'POST', `/licenses/${id}/${move}`, { expects: 200 })).json()),
  renew: async (from, id, renewal) =>
    recordIn((await ask(from, 'POST', `/licenses/${id}/renew`, { expects: 200, json: inSnakeCase(renewal) })).json()),
  async mail(from, id) {
    await ask(from, 'POST', `/licenses/${id}/mail`, { expects: 202 });
  },
  async activate(from, id, machine) {
    const { status } = await ask(from, 'PUT', `/licenses/${id}/activations/${machine}`, { expects: [200, 201] });
    return status === 201;
  },
  async deactivate(from, id, machine) {
    await ask(from, 'DELETE', `/licenses/${id}/activations/${machine}`, { expects: 204 });
  },
  async machines(from, id) {
    const activations = (await ask(from, 'GET', `/licenses/${id}/activations`, { expects: 200 })).json();
    return activations.map(({ fingerprint }: { fingerprint: string }) => fingerprint);
  },
  async validate(from, { licenseKey, ...question }) {
    const json = { license_key: licenseKey, ...question };
    const { valid, code } = (await ask(from, 'POST', '/licenses/validate', { expects: 200, json })).json();
    return { valid, code };
  },
  async checkOut(from, id, json) {
    return (await ask(from, 'POST', `/licenses/${id}/checkout`, { expects: 200, json })).json().license_file;
  },
  publicKeys: async () => (await ask(ANONYMOUS, 'GET', '/.well-known/jwks.json', { expects: 200 })).json(),
});

/** The number in the ETag. */
export const versionIn = ({ headers }: Answer): number => Number(/^"(\d+)"$/.exec(String(headers.etag))?.[1]);

type WireLicense = Readonly<{
  id: string;
  license_key: string;
  user_id: string;
  product: string | null;
  status: string;
  expires_at: string | null;
  activations: number;
  last_validated_at: string | null;
}>;

const recordIn = (wire: WireLicense): LicenseRecord => ({
  id: wire.id,
  key: wire.license_key,
  userId: wire.user_id,
  product: wire.product,
  status: wire.status,
  expiresAt: wire.expires_at,
  activations: wire.activations,
  lastValidatedAt: wire.last_validated_at,
});
