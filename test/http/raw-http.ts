import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { SECURITY_HEADERS } from '../../src/adapters/driving/http/security/headers.ts';

/** An answer as it came over the wire. */
export type RawAnswer = Readonly<{
  status: number;
  /** In lower case, in the order they came. */
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
}>;

/** Longer than any test needs. Unit: ms. */
const LONGEST_WAIT_MS = 120_000;

/**
 * Sends bytes as they are and reads answers until the server hangs up. A server that does not hang up fails the test,
 * and so does a byte too many or too few.
 */
export const exchange = async (port: number, bytes: string | Buffer, method = 'GET'): Promise<readonly RawAnswer[]> =>
  answersIn(await talk(port, bytes), method);

/** All that comes back until the server hangs up. */
export const talk = (port: number, bytes: string | Buffer): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const received: Buffer[] = [];
  const socket = connect(port, '127.0.0.1');
  const timeout = setTimeout(() => socket.destroy(new Error('The server does not hang up')), LONGEST_WAIT_MS);
  socket.on('data', (chunk) => received.push(chunk));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    // The server may hang up on a flood while we are still sending it.
    if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
  });
  socket.on('close', () => {
    clearTimeout(timeout);
    resolve(Buffer.concat(received));
  });
  socket.write(bytes);
  return promise;
};

/** A reader that forgives nothing. */
export const answersIn = (bytes: Buffer, method = 'GET'): readonly RawAnswer[] => {
  const answers: RawAnswer[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const end = rest.indexOf('\r\n\r\n');
    assert.notEqual(end, -1, `no end of headers in ${JSON.stringify(rest.toString('latin1').slice(0, 200))}`);
    const [statusLine = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) [A-Z][\w -]*$/.exec(statusLine)?.[1]);
    assert.ok(status >= 100, `a strange status line: ${statusLine}`);
    const headers = lines.map((line) => {
      const [, name = '', value = ''] =
        /^([\w-]+): ([\x20-\x7e]*)$/.exec(line) ?? assert.fail(`a strange line: ${line}`);
      return [name.toLowerCase(), value] as const;
    });
    const length = lengthOf(status, headers, method);
    rest = rest.subarray(end + 4);
    assert.ok(rest.length >= length, `${length} bytes were promised and ${rest.length} came`);
    answers.push({ status, headers, body: rest.subarray(0, length).toString('utf8') });
    rest = rest.subarray(length);
  }
  return answers;
};

const lengthOf = (status: number, headers: RawAnswer['headers'], method: string): number => {
  const lengths = headers.filter(([name]) => name === 'content-length').map(([, value]) => value);
  assert.ok(lengths.length <= 1, 'Content-Length is there twice');
  assert.ok(!headers.some(([name]) => name === 'transfer-encoding'), 'no answer of ours is chunked');
  if (status < 200 || status === 204 || status === 304) {
    assert.equal(lengths.length, 0, `${status} has no length`);
    return 0;
  }
  assert.match(lengths[0] ?? '', /^\d+$/, 'Content-Length is missing');
  return method === 'HEAD' ? 0 : Number(lengths[0]);
};

export const headerOf = ({ headers }: RawAnswer, name: string): string | undefined =>
  headers.find(([candidate]) => candidate === name)?.[1];

/** Each security header is there once, with its value; a page may have a policy of its own. */
export const mustBeGuarded = (answer: RawAnswer): void => {
  for (const [name, expected] of Object.entries(SECURITY_HEADERS)) {
    const values = answer.headers.filter(([candidate]) => candidate === name).map(([, value]) => value);
    assert.deepEqual(values, [expected], `${answer.status} ${name}`);
  }
  assert.match(headerOf(answer, 'x-request-id') ?? '', /^[\w.:-]{1,128}$/);
  for (const name of ['server', 'x-powered-by', 'via']) assert.equal(headerOf(answer, name), undefined, name);
  if (answer.body !== '') assert.match(headerOf(answer, 'content-type') ?? '', /^[\w+/.-]+; charset=utf-8$/);
};
