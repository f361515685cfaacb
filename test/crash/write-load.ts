import { setTimeout as wait } from 'node:timers/promises';
import { type AcknowledgedWrites, REGISTERED } from './acknowledged-writes.ts';

export const ADMIN_KEY = 'crash-admin-key-0123456789-abcdefghij';

/** Pause after a registration, so that its emails can be sent in time. Unit: ms. */
const PAUSE_MS = 100;

const CLIENTS = { creating: 4, activating: 4, registering: 2 };

/**
 * Writes with several clients at once until the service is killed.
 * @param mark part of every name, so that none is used twice
 * @returns once the connections of all clients have failed
 */
export const writeUntilKilled = async (
  address: string,
  licenseId: string,
  mark: string,
  writes: AcknowledgedWrites,
): Promise<void> => {
  const create = async (name: string) => {
    const email = `created-${name}@example.com`;
    await expectStatus(201, await send(address, 'POST', '/users', { email }));
    writes.created.add(email);
  };
  const activate = async (name: string) => {
    const fingerprint = `machine-${name}`;
    await expectStatus(201, await send(address, 'PUT', `/licenses/${licenseId}/activations/${fingerprint}`, {}));
    writes.machines.add(fingerprint);
  };
  const register = async (name: string) => {
    const email = `${REGISTERED}${name}@example.com`;
    const user = { email, password: 'correct horse battery', age: 36 };
    await expectStatus(201, await send(address, 'POST', '/register', user));
    writes.registered.add(email);
    await wait(PAUSE_MS);
  };
  const clients = [
    ...Array.from({ length: CLIENTS.creating }, () => create),
    ...Array.from({ length: CLIENTS.activating }, () => activate),
    ...Array.from({ length: CLIENTS.registering }, () => register),
  ];
  await Promise.all(clients.map((write, index) => untilConnectionFails(write, `${mark}-${index}`)));
};

/** @returns the id of a license without a limit of machines, and its own user */
export const anUnlimitedLicense = async (address: string): Promise<string> => {
  const owner = await expectStatus(201, await send(address, 'POST', '/users', { email: 'owner@example.com' }));
  const terms = { max_activations: null };
  return (await expectStatus(201, await send(address, 'POST', `/users/${owner}/licenses`, terms))) as string;
};

const untilConnectionFails = async (write: (name: string) => Promise<void>, name: string): Promise<void> => {
  try {
    for (let n = 1; ; n += 1) await write(`${name}-${n}`);
  } catch (error) {
    // `fetch` throws it when the connection fails; any other error is a failure of the test.
    if (!(error instanceof TypeError)) throw error;
  }
};

const send = (address: string, method: string, path: string, body: object): Promise<Response> =>
  fetch(address + path, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_KEY}` },
    body: JSON.stringify(body),
  });

const expectStatus = async (status: number, response: Response): Promise<string | undefined> => {
  const body = await response.text();
  if (response.status !== status) throw new Error(`${response.url}: ${response.status} ${body}`);
  return (JSON.parse(body) as { id?: string }).id;
};
