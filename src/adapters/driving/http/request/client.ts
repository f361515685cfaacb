import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Client } from '../../../../application/client.ts';

type Connection = Pick<FastifyRequest, 'ip' | 'socket'>;

/** Returns the client as use cases see it. */
export const clientOf = (request: Connection & Pick<FastifyRequest, 'id' | 'headers'>): Client => ({
  ip: addressOf(request),
  userAgent: request.headers['user-agent'] ?? '',
  requestId: request.id,
});

/**
 * Returns the client's address. `request.ip` already takes trusted proxies into account, and no other header counts.
 * A port or zone that a proxy added is removed. Where a proxy passed on something that is no address, its own address
 * counts: else a client could look like a new one with each request.
 */
export const addressOf = ({ ip, socket }: Connection): string => {
  // Of a connection that has been closed, whatever the type says.
  if (ip === undefined) return 'gone';
  if (isIP(ip) !== 0 && !ip.includes('%')) return ip;
  const [bare = ''] = ip.replace(PORT, '$1$2').split('%', 1);
  return isIP(bare) === 0 ? (socket?.remoteAddress ?? 'gone') : bare;
};

const PORT = /^(?:\[([\da-f:.%]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/i;

const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Returns the client's own `X-Request-Id` where it is harmless in a log, else a new id. */
export const requestIdFrom = (headers: IncomingHttpHeaders): string => {
  const id = headers['x-request-id'];
  return typeof id === 'string' && REQUEST_ID.test(id) ? id : randomUUID();
};
