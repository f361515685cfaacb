import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';

const HERE = ['localhost', '127.0.0.1', '::1'];
const EVERYWHERE = new Set(['0.0.0.0', '::']);

/**
 * Where everybody may administer, a page of another site must not become one of ours by pointing its own name at this
 * machine (DNS rebinding): only names that nobody else can point anywhere are answered.
 * @param listensOn the setting HOST
 * @throws {RequestError} request.misdirected
 */
export const refuseOtherHosts = ({ headers: { host } }: FastifyRequest, listensOn: string): void => {
  // Who names no host at all is no browser.
  if (host === undefined) return;
  const name = nameIn(host);
  const isOurs = HERE.includes(name) || name === listensOn.toLowerCase();
  // An address cannot be pointed elsewhere, and whoever listens everywhere is called by one they do not know.
  if (isOurs || (EVERYWHERE.has(listensOn) && isIP(name) !== 0)) return;
  throw new RequestError(
    'request.misdirected',
    'Without an ADMIN_API_KEY this server answers to localhost, 127.0.0.1, [::1] and its HOST, and to no other name.',
  );
};

const nameIn = (host: string): string =>
  host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
