import { readFile } from 'node:fs/promises';
import { PortError } from '../../../../ports/port-error.ts';
import { UpstreamClient } from '../upstream-client.ts';

const DEADLINE_MS = 5_000;
const MAX_BYTES = 1_048_576;

/**
 * Reads public keys from a file or a URL.
 * @returns any JSON; the reader of license files checks that it is a JWKS
 * @throws {PortError} jwks.unavailable
 */
export const readJwks = async (source: string): Promise<unknown> => {
  try {
    return /^https?:\/\//i.test(source) ? await fetched(new URL(source)) : parsed(await readFile(source, 'utf8'));
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

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error('it is not JSON', { cause });
  }
};
