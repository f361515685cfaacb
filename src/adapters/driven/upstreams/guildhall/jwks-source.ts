import { readFile } from 'node:fs/promises';
import { PortError } from '../../../../ports/port-error.ts';
import { UpstreamClient } from '../upstream-client.ts';

const DEADLINE_MS = 5_000;
const MAX_BYTES = 1_048_576;

/**
 * Reads public keys from a file or a URL.
 * @returns a JWKS; the reader of license files checks its keys
 * @throws {PortError} jwks.unavailable
 */
export const readJwks = async (source: string): Promise<unknown> => {
  try {
    const json = /^https?:\/\//i.test(source) ? await fetched(new URL(source)) : parsed(await readFile(source, 'utf8'));
    if (!isJwks(json)) throw new Error('it is no JWKS');
    return json;
  } catch (cause) {
    throw new PortError('jwks.unavailable', `Cannot read the keys from ${source}: ${(cause as Error).message}`, {
      cause,
    });
  }
};

const fetched = async (url: URL): Promise<unknown> => {
  const client = new UpstreamClient({
    service: url.origin,
    baseUrl: url.origin,
    deadlineMs: DEADLINE_MS,
    connections: 1,
    limits: { bytes: MAX_BYTES },
  });
  try {
    const headers = { accept: 'application/jwk-set+json, application/json' };
    const { status, json } = await client.send({ url, headers });
    if (status !== 200) throw new Error(`${url.origin} answered ${status}`);
    if (json === undefined) throw new Error('it is not JSON');
    return json;
  } finally {
    await client.close();
  }
};

/** RFC 7517, 5. */
const isJwks = (json: unknown): boolean => {
  const { keys } = (json ?? {}) as { keys?: unknown };
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error('it is not JSON', { cause });
  }
};
