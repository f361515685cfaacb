import { readFile } from 'node:fs/promises';
import { request } from 'undici';
import { PortError } from '../../../ports/port-error.ts';

const TIMEOUT_MS = 5_000;
const MOST_BYTES = 1_048_576;

/**
 * Public keys from where a person says: a file, or a page of the vendor.
 * @returns whatever JSON is there; whether it is a JWKS is for the reader to say
 * @throws {PortError} jwks.unavailable
 */
export const readJwks = async (source: string): Promise<unknown> => {
  try {
    return JSON.parse(/^https?:\/\//i.test(source) ? await fetched(source) : await readFile(source, 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'it is no JSON' : (cause as Error).message;
    throw new PortError('jwks.unavailable', `Cannot read the keys from ${source}: ${why}`, { cause });
  }
};

/** No redirect is followed: who names a page means that page. */
const fetched = async (url: string): Promise<string> => {
  const { statusCode, body } = await request(url, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { accept: 'application/jwk-set+json, application/json' },
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  if (statusCode !== 200) throw new Error(`it answered ${statusCode}`);
  return Buffer.concat(chunks).toString('utf8');
};
