import type { FastifyRequest } from 'fastify';
import type { Client } from '../../../application/client.ts';

/**
 * `request.ip` already heeds the trusted proxies; no header is read here for it. Who has hung up meanwhile has none,
 * whatever its type says.
 */
export const clientOf = (request: Pick<FastifyRequest, 'ip' | 'id' | 'headers'>): Client => ({
  ip: request.ip ?? 'gone',
  userAgent: request.headers['user-agent'] ?? '',
  requestId: request.id,
});
