import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Client } from '../../../../application/client.ts';

type Connection = Pick<FastifyRequest, 'ip' | 'socket'>;

/** @returns what the use cases learn of who asks */
export const clientOf = (request: Connection & Pick<FastifyRequest, 'id' | 'headers'>): Client => ({
  ip: addressOf(request),
  userAgent: request.headers['user-agent'] ?? '',
  requestId: request.id,
});

/**
 * `request.ip` already heeds the trusted proxies; no header is read here for it. What a proxy passed on may still be
 * anything: a port is cut off, and what is no address then counts as the proxy itself, or a client could be a new one
 * with each request. Who has hung up meanwhile has no address, whatever the type says.
 */
export const addressOf = ({ ip, socket }: Connection): string => {
  if (ip === undefined) return 'gone';
  if (isIP(ip) !== 0 && !ip.includes('%')) return ip;
  // What comes behind a `%` is the proxy's own business, and any text.
  const [bare = ''] = ip.replace(PORT, '$1$2').split('%', 1);
  return isIP(bare) === 0 ? (socket?.remoteAddress ?? 'gone') : bare;
};

const PORT = /^(?:\[([\da-f:.%]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/i;
