import { setTimeout as wait } from 'node:timers/promises';
import { type Ledger, REGISTERED } from './acknowledged-writes.ts';

export const ADMIN_KEY = 'crash-admin-key-0123456789-abcdefghij';

/** Registrations are slowed down, or the letters would never all be sent. Unit: ms. */
const PAUSE_MS = 100;

const CLIENTS = { admitting: 4, activating: 4, registering: 2 };

/**
 * Writes with several clients at once until the service is gone.
 * @param mark in every name, so that none is used twice
 * @returns once the last client has noticed that nobody answers
 */
export const storm = async (address: string, licenseId: string, mark: string, ledger: Ledger): Promise<void> => {
  const admit = async (name: string) => {
    const email = `admitted-${name}@example.com`;
    await mustSay(201, await send(address, 'POST', '/users', { email }));
    ledger.admitted.add(email);
  };
  const activate = async (name: string) => {
    const fingerprint = `machine-${name}`;
    await mustSay(201, await send(address, 'PUT', `/licenses/${licenseId}/activations/${fingerprint}`, {}));
    ledger.machines.add(fingerprint);
  };
  const register = async (name: string) => {
    const email = `${REGISTERED}${name}@example.com`;
    const person = { email, password: 'correct horse battery', age: 36 };
    await mustSay(201, await send(address, 'POST', '/register', person));
    ledger.registered.add(email);
    await wait(PAUSE_MS);
  };
  const clients = [
    ...Array.from({ length: CLIENTS.admitting }, () => admit),
    ...Array.from({ length: CLIENTS.activating }, () => activate),
    ...Array.from({ length: CLIENTS.registering }, () => register),
  ];
  await Promise.all(clients.map((write, index) => untilNobodyAnswers(write, `${mark}-${index}`)));
};

/** @returns the id of a license with seats without end, for somebody who is made for it */
export const aBottomlessLicense = async (address: string): Promise<string> => {
  const owner = await mustSay(201, await send(address, 'POST', '/users', { email: 'owner@example.com' }));
  const wish = { max_activations: null };
  return (await mustSay(201, await send(address, 'POST', `/users/${owner}/licenses`, wish))) as string;
};

const untilNobodyAnswers = async (write: (name: string) => Promise<void>, name: string): Promise<void> => {
  try {
    for (let n = 1; ; n += 1) await write(`${name}-${n}`);
  } catch (error) {
    // What `fetch` throws when the other side is gone; anything else is a finding.
    if (!(error instanceof TypeError)) throw error;
  }
};

const send = (address: string, method: string, path: string, body: object): Promise<Response> =>
  fetch(address + path, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_KEY}` },
    body: JSON.stringify(body),
  });

const mustSay = async (status: number, answer: Response): Promise<string | undefined> => {
  const body = await answer.text();
  if (answer.status !== status) throw new Error(`${answer.url} said ${answer.status}: ${body}`);
  return (JSON.parse(body) as { id?: string }).id;
};
