import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { canonicalHost, parseAuthority } from '../request/authority.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];
const ALL_INTERFACES = new Set(['0.0.0.0', '::']);

/**
 * Protects an open administration against DNS rebinding, where a site points its own name at this machine: only names
 * that no site controls are accepted.
 * @param listenHost the setting HOST
 * @throws {RequestError} request.misdirected
 */
export const assertKnownHost = ({ headers: { host } }: FastifyRequest, listenHost: string): void => {
  // Every browser sends one.
  if (host === undefined) return;
  const name = parseAuthority(host, 'http')?.host ?? '';
  const isKnown = LOOPBACK.includes(name) || name === canonicalHost(listenHost);
  // No site controls an address, and a server that listens on all interfaces does not know its own.
  if (isKnown || (ALL_INTERFACES.has(listenHost) && isIP(name) !== 0)) return;
  throw new RequestError(
    'request.misdirected',
    'Without an ADMIN_API_KEY this server answers to localhost, 127.0.0.1, [::1] and its HOST, and to no other name.',
  );
};
